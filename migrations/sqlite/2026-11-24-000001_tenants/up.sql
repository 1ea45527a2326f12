-- Tenants rent agents and pay; operators are their people, who sign in. A tenant's billing columns
-- are a copy of its Stripe subscription. The two fences order concurrent syncs: a sync takes the
-- next number before it reads Stripe, and writes only over an older one. The revision grows with
-- every change to the tenant's billing or agents.
CREATE TABLE tenants (
    id TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    stripe_customer_id TEXT UNIQUE,
    stripe_subscription_id TEXT,
    stripe_subscription_item_id TEXT,
    subscription_status TEXT NOT NULL DEFAULT 'none' CHECK (
        subscription_status IN ('none', 'trialing', 'active', 'past_due', 'canceled', 'unpaid')
    ),
    stripe_status TEXT,
    trial_ends_at TIMESTAMP,
    agent_quota INTEGER NOT NULL DEFAULT 0 CHECK (agent_quota >= 0),
    current_period_end TIMESTAMP,
    cancels_at TIMESTAMP,
    price_id TEXT,
    unit_amount BIGINT,
    currency TEXT,
    price_interval TEXT,
    livemode BOOLEAN NOT NULL DEFAULT 0,
    trial_used BOOLEAN NOT NULL DEFAULT 0,
    fence_taken BIGINT NOT NULL DEFAULT 0,
    fence_written BIGINT NOT NULL DEFAULT 0,
    revision BIGINT NOT NULL DEFAULT 0,
    synced_at TIMESTAMP,
    synced_by TEXT,
    created_at TIMESTAMP NOT NULL
);

CREATE TABLE operators (
    id TEXT PRIMARY KEY NOT NULL,
    -- In lower case: addresses are compared without regard to case.
    email TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL
);

CREATE TABLE memberships (
    operator_id TEXT NOT NULL REFERENCES operators (id) ON DELETE CASCADE,
    tenant_id TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    role TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'member')),
    PRIMARY KEY (operator_id, tenant_id)
);

CREATE INDEX memberships_by_tenant ON memberships (tenant_id);

-- Only a hash of the token is kept: who reads the database can't sign in with it.
CREATE TABLE sessions (
    token_hash TEXT PRIMARY KEY NOT NULL,
    operator_id TEXT NOT NULL REFERENCES operators (id) ON DELETE CASCADE,
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL
);

CREATE INDEX sessions_by_operator ON sessions (operator_id);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);
