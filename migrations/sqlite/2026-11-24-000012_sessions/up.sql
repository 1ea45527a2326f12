-- Operators see where they are signed in, and end sessions one by one. The id is random and names a
-- session without being of any use for signing in; the user agent is that of the sign-in. SQLite can't
-- add a column that is NOT NULL and different in each row, so the table is made anew.
CREATE TABLE new_sessions (
    token_hash TEXT PRIMARY KEY NOT NULL,
    operator_id TEXT NOT NULL REFERENCES operators (id) ON DELETE CASCADE,
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    id TEXT NOT NULL,
    user_agent TEXT,
    last_seen_at TIMESTAMP NOT NULL
);

INSERT INTO new_sessions (token_hash, operator_id, created_at, expires_at, id, last_seen_at)
SELECT token_hash, operator_id, created_at, expires_at,
    'session_' || lower(hex(randomblob(16))), created_at
FROM sessions;

DROP TABLE sessions;
ALTER TABLE new_sessions RENAME TO sessions;

CREATE INDEX sessions_by_operator ON sessions (operator_id);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);
CREATE UNIQUE INDEX sessions_by_id ON sessions (id);
