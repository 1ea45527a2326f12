// What the same machine does without the portal: the database alone, and a bare Node server.

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePorts } from '../tests/harness/binary.mjs';
import { SECONDS, SECRET, entitlements, load, webhooks } from './load.mjs';

const SERVER = fileURLToPath(new URL('node-server.mjs', import.meta.url));
/** How many rows the loop on SQLite inserts, each in its own commit. */
const ROWS = 10_000;

const COLUMNS = `id, event_type, api_version, livemode, object_id, object_type, customer_id, created_at,
  request_id, received_at, state, due_at`;
const row = (id) => `(${id}, 'customer.subscription.updated', '2026-09-30.endive', FALSE, 'sub_1',
  'subscription', 'cus_nobody', '2026-11-24 12:00:00', 'req_1', '2026-11-24 12:00:00', 'done', '2026-11-24 12:00:00')`;

/** Rows a second that SQLite inserts into the inbox, one per commit. */
export function sqliteLoop({ sql }, prefix) {
  const rows = Array.from({ length: ROWS }, (_, number) =>
    `INSERT INTO stripe_events (${COLUMNS}) VALUES ${row(`'${prefix}${1e8 + number}'`)};`);
  const began = performance.now();
  sql(`PRAGMA synchronous = FULL;\n${rows.join('\n')}`);
  return (1000 * ROWS) / (performance.now() - began);
}

/** Rows a second that pgbench inserts into the inbox over 32 connections, one per commit. */
export async function pgbench({ url }, prefix) {
  const folder = await mkdtemp(join(tmpdir(), 'bench-pgbench-'));
  const script = join(folder, 'insert.sql');
  await writeFile(script, `\\set r random(1, 1000000000000000)
INSERT INTO stripe_events (${COLUMNS}) VALUES ${row(`'${prefix}' || :r`)};`);
  try {
    const said = execFileSync('pgbench', [
      '-n', '-M', 'prepared', '-c', '32', '-j', '2', '-T', String(SECONDS), '-f', script, url,
    ], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return Number(said.match(/tps = ([\d.]+)/)[1]);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The rates of a bare Node server that does the same two things on the same Postgres. */
export async function node({ url }, tenants, prefix) {
  const [port] = await freePorts(1);
  const server = spawn(process.execPath, [SERVER], {
    env: { PATH: process.env.PATH, DATABASE_URL: url, SECRET, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    await once(server.stdout, 'data');
    const address = `http://127.0.0.1:${port}`;
    return {
      entitlements: await load(address, entitlements(tenants)),
      webhooks: await load(address, webhooks(prefix), { again: false }),
    };
  } finally {
    server.kill();
  }
}
