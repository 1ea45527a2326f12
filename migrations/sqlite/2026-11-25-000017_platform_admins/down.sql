DROP INDEX tenants_by_name;
ALTER TABLE operators DROP COLUMN platform_admin;
