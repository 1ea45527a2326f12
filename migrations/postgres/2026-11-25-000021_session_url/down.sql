ALTER TABLE intents ADD COLUMN session_url TEXT;
