-- Platform administrators look at all tenants, and change nothing. There may be very many: they are
-- found by how their name begins, and listed a page at a time.
ALTER TABLE operators ADD COLUMN platform_admin BOOLEAN NOT NULL DEFAULT FALSE;

CREATE INDEX tenants_by_name ON tenants ((lower(name)) COLLATE "C", id);
