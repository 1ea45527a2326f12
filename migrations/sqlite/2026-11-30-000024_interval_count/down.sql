ALTER TABLE prices DROP COLUMN price_interval_count;
ALTER TABLE tenants DROP COLUMN price_interval_count;
