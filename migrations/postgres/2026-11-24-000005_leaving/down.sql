ALTER TABLE agents DROP COLUMN leaving;
