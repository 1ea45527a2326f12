DROP TABLE stripe_events;
DROP TABLE intents;
DROP TABLE prices;
