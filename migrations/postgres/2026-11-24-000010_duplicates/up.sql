-- A duplicate subscription is ended once, however many syncs see it: the request is its id.
CREATE UNIQUE INDEX intents_one_duplicate ON intents (tenant_id, request) WHERE kind = 'duplicate';
