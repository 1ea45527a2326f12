// A bare Node server with the portal's SQL: the least that any other server would cost.

import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 16 });

const INSERT = {
  name: 'insert',
  text: `INSERT INTO stripe_events (id, event_type, api_version, livemode, object_id, object_type, customer_id,
    created_at, request_id, idempotency_key, received_at, state, due_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'done', $11) ON CONFLICT DO NOTHING`,
};
const READ = {
  name: 'read',
  text: `SELECT tenants.subscription_status, tenants.agent_quota, agents.id FROM tenants
    LEFT JOIN agents ON agents.tenant_id = tenants.id AND agents.active
    WHERE tenants.id = $1 ORDER BY agents.created_at, agents.id`,
};

async function store(request, body) {
  const [, time, signature] = request.headers['stripe-signature'].match(/t=(\d+),v1=(\w+)/);
  const right = createHmac('sha256', process.env.SECRET).update(`${time}.`).update(body).digest();
  if (!timingSafeEqual(right, Buffer.from(signature, 'hex'))) return 400;
  const event = JSON.parse(body);
  const { id, object, customer } = event.data.object;
  await pool.query({ ...INSERT, values: [
    event.id, event.type, event.api_version, event.livemode, id, object, customer,
    new Date(event.created * 1000), event.request.id, event.request.idempotency_key, new Date(),
  ] });
  return 200;
}

async function entitlements(tenant) {
  const { rows } = await pool.query({ ...READ, values: [tenant] });
  const agents = rows.map(({ id }) => id).filter(Boolean);
  return { access: rows[0].subscription_status, agent_quota: rows[0].agent_quota, active_agents: agents };
}

const server = createServer((request, response) => {
  const fail = (error) => response.writeHead(500).end(String(error));
  if (request.method === 'GET') {
    entitlements(request.url.split('/').pop()).then((found) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(found));
    }).catch(fail);
    return;
  }
  const pieces = [];
  request.on('data', (piece) => pieces.push(piece));
  request.on('end', () => {
    store(request, Buffer.concat(pieces)).then((status) => response.writeHead(status).end()).catch(fail);
  });
});
server.listen(Number(process.env.PORT), '127.0.0.1', () => console.log('listening'));
