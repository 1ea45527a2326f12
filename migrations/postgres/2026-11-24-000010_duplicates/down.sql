DROP INDEX intents_one_duplicate;
