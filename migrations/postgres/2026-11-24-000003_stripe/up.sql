-- The last known price of the plan, so that pages render while Stripe is away. `lookup` is the
-- configured price id or lookup key.
CREATE TABLE prices (
    lookup TEXT PRIMARY KEY NOT NULL,
    price_id TEXT NOT NULL,
    product_name TEXT NOT NULL,
    unit_amount BIGINT NOT NULL,
    currency TEXT NOT NULL,
    price_interval TEXT NOT NULL,
    livemode BOOLEAN NOT NULL,
    fetched_at TIMESTAMP NOT NULL
);

-- What we are about to ask Stripe to change, written before the call with its idempotency key: a
-- lost answer is asked for again under the same key instead of being done twice. At most one of a
-- kind is open for a tenant, which also makes one open Checkout per tenant.
CREATE TABLE intents (
    id TEXT PRIMARY KEY NOT NULL,
    tenant_id TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    request TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'closed')),
    -- A Checkout's session, once Stripe has made it.
    session_id TEXT,
    session_url TEXT,
    created_at TIMESTAMP NOT NULL
);

CREATE UNIQUE INDEX intents_one_open ON intents (tenant_id, kind) WHERE state = 'open';

-- The webhook inbox: verified, stored, answered with 200; a worker takes it from there.
CREATE TABLE stripe_events (
    id TEXT PRIMARY KEY NOT NULL,
    event_type TEXT NOT NULL,
    api_version TEXT,
    livemode BOOLEAN NOT NULL,
    object_id TEXT,
    object_type TEXT,
    customer_id TEXT,
    created_at TIMESTAMP NOT NULL,
    received_at TIMESTAMP NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'done', 'dead')),
    attempts INTEGER NOT NULL DEFAULT 0,
    -- When a worker may take it; a claim moves it into the future, so that a crashed worker's
    -- events come back.
    due_at TIMESTAMP NOT NULL,
    last_error TEXT
);

CREATE INDEX stripe_events_due ON stripe_events (due_at) WHERE state = 'pending';
