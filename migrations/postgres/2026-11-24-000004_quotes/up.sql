-- What a change of seats was said to cost. It is confirmed by its id, which is also the idempotency
-- key of the change at Stripe. 'confirming' is written before Stripe is asked: while the answer is
-- missing, the same confirmation may be sent again, and no other.
CREATE TABLE quotes (
    id TEXT PRIMARY KEY NOT NULL,
    tenant_id TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    subscription_id TEXT NOT NULL,
    item_id TEXT NOT NULL,
    from_count INTEGER NOT NULL,
    agent_count INTEGER NOT NULL,
    in_trial BOOLEAN NOT NULL,
    -- Unix seconds, as Stripe takes it: the same for the preview and for the change.
    proration_date BIGINT NOT NULL,
    amount_due BIGINT NOT NULL,
    credit BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'confirming', 'done', 'void')),
    created_at TIMESTAMP NOT NULL,
    confirmed_at TIMESTAMP,
    expires_at TIMESTAMP NOT NULL
);

CREATE UNIQUE INDEX quotes_one_confirming ON quotes (tenant_id) WHERE state = 'confirming';
CREATE INDEX quotes_by_tenant ON quotes (tenant_id, created_at);
