DROP TRIGGER tenant_changed ON tenants;
DROP FUNCTION tenant_changed;
