-- Operators may sign in by a provider of identities, and those who do need no password. The provider's
-- name for a person stays with the operator from the first time on, whatever becomes of their email.
-- SQLite can't take NOT NULL off a column, so the column is made anew.
ALTER TABLE operators RENAME COLUMN password_hash TO needed_password_hash;
ALTER TABLE operators ADD COLUMN password_hash TEXT;
UPDATE operators SET password_hash = needed_password_hash;
ALTER TABLE operators DROP COLUMN needed_password_hash;

CREATE TABLE identities (
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    operator_id TEXT NOT NULL REFERENCES operators (id) ON DELETE CASCADE,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (issuer, subject),
    UNIQUE (operator_id, issuer)
);
