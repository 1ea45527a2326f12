//! Thousands of tenants, each with the usual rows. Without them Postgres would rightly scan a table of
//! one page; SQLite goes by the indexes alone.

use crate::helpers::World;
use portal::store::DbPool;

const CROWD: [&str; 13] = [
    "INSERT INTO tenants (id, name, stripe_customer_id, created_at, synced_at)
        SELECT 'crowd_' || n, 'Crowd', 'cus_crowd_' || n, now(), now() FROM generate_series(1, 5000) n",
    "INSERT INTO operators (id, email, name, password_hash, created_at)
        SELECT 'crowd_' || n, n || '@example.com', 'Ada', '', now() FROM generate_series(1, 5000) n",
    "INSERT INTO memberships (operator_id, tenant_id, role)
        SELECT 'crowd_' || n, 'crowd_' || n, 'owner' FROM generate_series(1, 5000) n",
    "INSERT INTO sessions (id, token_hash, operator_id, created_at, last_seen_at, expires_at)
        SELECT 'crowd_' || n, 'crowd_' || n, 'crowd_' || n, now(), now(), now() + interval '9 days'
        FROM generate_series(1, 5000) n",
    "INSERT INTO identities (issuer, subject, operator_id, created_at)
        SELECT 'https://id.example.com', 'crowd_' || n, 'crowd_' || n, now() FROM generate_series(1, 5000) n",
    "INSERT INTO agents (id, tenant_id, name, active, created_at)
        SELECT 'crowd_' || n, 'crowd_' || n / 5 + 1, 'Ada', TRUE, now() FROM generate_series(1, 20000) n",
    "INSERT INTO intents (id, tenant_id, kind, request, state, operator_id, created_at)
        SELECT 'crowd_' || n, 'crowd_' || n / 2 + 1, 'checkout', '', 'closed', 'crowd_' || n / 2 + 1, now()
        FROM generate_series(1, 9000) n",
    "INSERT INTO quotes (id, tenant_id, subscription_id, item_id, from_count, agent_count, in_trial,
            proration_date, amount_due, credit, state, created_at, expires_at)
        SELECT 'crowd_' || n, 'crowd_' || n / 2 + 1, '', '', 1, 2, FALSE, 0, 1, 0,
            CASE WHEN n % 2 = 0 THEN 'confirming' ELSE 'done' END, now(), now()
        FROM generate_series(1, 9000) n",
    "INSERT INTO trials (subscription_id, tenant_id, email, card_fingerprint, state, noted_at)
        SELECT 'crowd_' || n, 'crowd_' || n, n || '@example.com', 'card_' || n, 'noted', now()
        FROM generate_series(1, 5000) n",
    "INSERT INTO activity (tenant_id, at, kind, actor, stripe_event_id, idempotency_key)
        SELECT 'crowd_' || n / 4 + 1, now(), 'seats_changed', 'stripe', 'evt_crowd_' || n, 'crowd_' || n
        FROM generate_series(1, 19000) n",
    "INSERT INTO stripe_events (id, event_type, livemode, created_at, received_at, state, due_at, idempotency_key)
        SELECT 'evt_crowd_' || n, 'ping', FALSE, now(), now() + n * interval '1 second',
            CASE WHEN n % 4 = 0 THEN 'pending' WHEN n % 50 = 1 THEN 'dead' ELSE 'done' END,
            now() + n * interval '1 hour', 'crowd_' || n
        FROM generate_series(1, 20000) n",
    "INSERT INTO invitations (token_hash, tenant_id, email, role, created_at, expires_at)
        SELECT 'crowd_' || n, 'crowd_' || n / 2 + 1, n || '@example.net', 'member', now(),
            now() + n * interval '1 minute'
        FROM generate_series(1, 9000) n",
    "INSERT INTO password_resets (operator_id, token_hash, created_at, expires_at)
        SELECT 'crowd_' || n, 'crowd_' || n, now(), now() FROM generate_series(1, 5000) n",
];

pub async fn crowd_in(world: &World) {
    let DbPool::Postgres(_) = &world.portal.db.pool else { return };
    for statement in CROWD.into_iter().chain(["VACUUM ANALYZE"]) {
        world.sql(statement).await.unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
}
