-- The timeline: what happened to a tenant's billing and agents, written in the transaction that made
-- it so, and never changed afterwards. An operator's name is kept as it was. The idempotency key is
-- that of our own request, if one was behind it: Stripe's events carry it too, which is how an entry
-- finds its event and request.
CREATE TABLE activity (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenants (id),
    at TIMESTAMP NOT NULL,
    kind TEXT NOT NULL,
    actor TEXT NOT NULL CHECK (actor IN ('operator', 'stripe', 'portal')),
    operator_id TEXT,
    operator_name TEXT,
    subject TEXT,
    before TEXT,
    after TEXT,
    amount BIGINT,
    currency TEXT,
    stripe_event_id TEXT,
    idempotency_key TEXT,
    CHECK ((actor = 'operator') = (operator_id IS NOT NULL AND operator_name IS NOT NULL)),
    CHECK ((amount IS NULL) = (currency IS NULL))
);

CREATE INDEX activity_by_tenant ON activity (tenant_id, id);
CREATE INDEX activity_by_request ON activity (idempotency_key);

CREATE FUNCTION activity_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'activity is append-only';
END
$$;

CREATE TRIGGER activity_is_append_only BEFORE UPDATE OR DELETE ON activity
FOR EACH ROW EXECUTE FUNCTION activity_is_append_only();

-- Who asked for it.
ALTER TABLE intents ADD COLUMN operator_id TEXT;
ALTER TABLE quotes ADD COLUMN operator_id TEXT;

-- The Event's `request`.
ALTER TABLE stripe_events ADD COLUMN request_id TEXT;
ALTER TABLE stripe_events ADD COLUMN idempotency_key TEXT;

CREATE INDEX stripe_events_by_request ON stripe_events (idempotency_key);
