DROP TABLE identities;
ALTER TABLE operators RENAME COLUMN password_hash TO spare_password_hash;
ALTER TABLE operators ADD COLUMN password_hash TEXT NOT NULL DEFAULT '';
UPDATE operators SET password_hash = COALESCE(spare_password_hash, '');
ALTER TABLE operators DROP COLUMN spare_password_hash;
