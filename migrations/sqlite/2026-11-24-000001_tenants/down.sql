DROP TABLE sessions;
DROP TABLE memberships;
DROP TABLE operators;
DROP TABLE tenants;
