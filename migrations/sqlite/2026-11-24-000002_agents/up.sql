-- Agents remember who turned them off: only those that billing turned off come back by themselves.
CREATE TABLE agents (
    id TEXT PRIMARY KEY NOT NULL,
    tenant_id TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    active BOOLEAN NOT NULL,
    deactivated_by TEXT CHECK (deactivated_by IN ('operator', 'billing')),
    created_at TIMESTAMP NOT NULL,
    CHECK (active = (deactivated_by IS NULL))
);

-- Serves the list (oldest first), the count of the active ones, and who goes off or comes back.
CREATE INDEX agents_by_tenant ON agents (tenant_id, active, created_at, id);
