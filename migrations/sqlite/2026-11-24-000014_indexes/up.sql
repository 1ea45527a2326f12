-- Pruning walks the inbox by age, over what is done with, and leaves out what the timeline refers to.
CREATE INDEX stripe_events_done ON stripe_events (received_at, id) WHERE state = 'done';
CREATE INDEX activity_by_event ON activity (stripe_event_id);

-- Each sync looks for what operators have lately asked for: without this, among all tenants' intents.
CREATE INDEX intents_by_tenant ON intents (tenant_id, created_at);
