// Tenants with their people, agents and a filled inbox, written by the database itself: through the
// portal a million of them would take hours.

import { SESSIONS, sessionHash, tenantOf } from './load.mjs';

/** How many events each tenant has had. */
export const EVENTS = 10;
const NOW = '2026-11-24 12:00:00';
const LATER = '2036-11-24 12:00:00';

/** Adds the tenants after `from` up to `to`, with everything that belongs to them. */
export function grow({ fill, numbers, settle }, from, to) {
  const tenants = numbers(from + 1, to);
  const events = numbers(from * EVENTS + 1, to * EVENTS);
  fill(`
    INSERT INTO tenants (id, name, stripe_customer_id, stripe_subscription_id,
        stripe_subscription_item_id, subscription_status, stripe_status, agent_quota,
        current_period_end, price_id, unit_amount, currency, price_interval, livemode, trial_used,
        synced_at, synced_by, created_at)
      SELECT 'tenant_' || n, 'Company ' || n, 'cus_' || n, 'sub_' || n, 'si_' || n, 'active', 'active', 3,
        '${LATER}', 'price_bench', 4900, 'usd', 'month', FALSE, TRUE, '${NOW}', 'seed', '${NOW}'
      FROM ${tenants} AS numbers;
    INSERT INTO operators (id, email, name, password_hash, created_at)
      SELECT 'op_' || n, 'owner' || n || '@example.com', 'Owner ' || n, 'none', '${NOW}' FROM ${tenants} AS numbers;
    INSERT INTO memberships (operator_id, tenant_id, role)
      SELECT 'op_' || n, 'tenant_' || n, 'owner' FROM ${tenants} AS numbers;
    INSERT INTO agents (id, tenant_id, name, active, created_at)
      SELECT 'agent_' || n, 'tenant_' || n, 'Ada', TRUE, '${NOW}' FROM ${tenants} AS numbers;
    INSERT INTO sessions (token_hash, operator_id, created_at, expires_at, id, last_seen_at)
      SELECT 'nobody_' || n, 'op_' || n, '${NOW}', '${LATER}', 'session_seed_' || n, '${LATER}' FROM ${tenants} AS numbers;
    INSERT INTO stripe_events (id, event_type, livemode, object_id, object_type, customer_id, created_at,
        received_at, state, attempts, due_at)
      SELECT 'evt_1' || (100000000 + n) || 'abcdef012345', 'invoice.paid', FALSE, 'in_' || n, 'invoice',
        'cus_' || (1 + n / ${EVENTS}), '${NOW}', '${NOW}', 'done', 1, '${NOW}'
      FROM ${events} AS numbers;
  `);
  signIn(fill, to);
  settle();
}

/** Signs in the operators whose pages are requested. */
function signIn(fill, tenants) {
  const rows = Array.from({ length: SESSIONS }, (_, number) =>
    `('${sessionHash(number)}', 'op_${tenantOf(number, tenants)}', '${NOW}', '${LATER}', 'session_${number}', '${LATER}')`);
  fill(`
    DELETE FROM sessions WHERE id IN (${Array.from({ length: SESSIONS }, (_, number) => `'session_${number}'`)});
    INSERT INTO sessions (token_hash, operator_id, created_at, expires_at, id, last_seen_at) VALUES ${rows};
  `);
}
