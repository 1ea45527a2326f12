-- What the SaaS's own programs ask for entitlements with. Only a token's hash is kept; a revoked one is
-- gone.
CREATE TABLE service_tokens (
    id TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL UNIQUE,
    token_hash TEXT NOT NULL UNIQUE,
    created_at TIMESTAMP NOT NULL,
    -- To within minutes.
    last_used_at TIMESTAMP
);

-- Events that failed for good are few among all that the inbox keeps, and looked for by people.
CREATE INDEX stripe_events_dead ON stripe_events (received_at, id) WHERE state = 'dead';
