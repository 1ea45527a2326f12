-- One-time links: an invitation to a tenant, and the choice of a new password. Only a hash of a link's
-- token is kept, and a link that was used is gone. A new one takes the place of the one before.
CREATE TABLE invitations (
    token_hash TEXT PRIMARY KEY NOT NULL,
    tenant_id TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    -- In lower case, as operators' are.
    email TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'member')),
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    UNIQUE (tenant_id, email)
);

CREATE INDEX invitations_by_expiry ON invitations (expires_at);

CREATE TABLE password_resets (
    operator_id TEXT PRIMARY KEY NOT NULL REFERENCES operators (id) ON DELETE CASCADE,
    token_hash TEXT NOT NULL UNIQUE,
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL
);
