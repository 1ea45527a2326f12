-- Metrics count the tenants of each status, by this index alone.
CREATE INDEX tenants_by_status ON tenants (subscription_status);
