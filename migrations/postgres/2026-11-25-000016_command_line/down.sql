DROP INDEX stripe_events_dead;
DROP TABLE service_tokens;
