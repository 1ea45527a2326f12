DROP INDEX tenants_by_status;
