DROP TABLE identities;
UPDATE operators SET password_hash = '' WHERE password_hash IS NULL;
ALTER TABLE operators ALTER COLUMN password_hash SET NOT NULL;
