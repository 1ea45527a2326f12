DROP INDEX stripe_events_by_request;
ALTER TABLE stripe_events DROP COLUMN idempotency_key;
ALTER TABLE stripe_events DROP COLUMN request_id;
ALTER TABLE quotes DROP COLUMN operator_id;
ALTER TABLE intents DROP COLUMN operator_id;
DROP TABLE activity;
