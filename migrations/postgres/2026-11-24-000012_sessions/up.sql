-- Operators see where they are signed in, and end sessions one by one. The id is random and names a
-- session without being of any use for signing in; the user agent is that of the sign-in.
ALTER TABLE sessions ADD COLUMN id TEXT;
ALTER TABLE sessions ADD COLUMN user_agent TEXT;
ALTER TABLE sessions ADD COLUMN last_seen_at TIMESTAMP;

UPDATE sessions SET
    id = 'session_' || replace(gen_random_uuid()::text, '-', ''),
    last_seen_at = created_at;

ALTER TABLE sessions ALTER COLUMN id SET NOT NULL;
ALTER TABLE sessions ALTER COLUMN last_seen_at SET NOT NULL;

CREATE UNIQUE INDEX sessions_by_id ON sessions (id);
