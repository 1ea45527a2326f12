-- Every process shows a change within a second, whichever of them made it: the database itself tells
-- all that listen.
CREATE FUNCTION tenant_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('tenant_changed', NEW.id);
    RETURN NULL;
END
$$;

CREATE TRIGGER tenant_changed AFTER UPDATE OF revision ON tenants
FOR EACH ROW EXECUTE FUNCTION tenant_changed();
