-- Operators may sign in by a provider of identities, and those who do need no password. The provider's
-- name for a person stays with the operator from the first time on, whatever becomes of their email.
ALTER TABLE operators ALTER COLUMN password_hash DROP NOT NULL;

CREATE TABLE identities (
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    operator_id TEXT NOT NULL REFERENCES operators (id) ON DELETE CASCADE,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (issuer, subject),
    UNIQUE (operator_id, issuer)
);
