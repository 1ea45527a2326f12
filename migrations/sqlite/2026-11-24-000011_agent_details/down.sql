ALTER TABLE agents DROP COLUMN deactivated_reason;
ALTER TABLE agents DROP COLUMN deactivated_by_name;
ALTER TABLE agents DROP COLUMN deactivated_at;
