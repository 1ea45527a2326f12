DROP INDEX intents_by_tenant;
DROP INDEX activity_by_event;
DROP INDEX stripe_events_done;
