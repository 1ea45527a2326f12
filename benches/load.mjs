// The load: requests written to a file, and sent by wrk over several connections on the same cores as
// the server under test.

import { execFile } from 'node:child_process';
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const SCRIPT = fileURLToPath(new URL('requests.lua', import.meta.url));
export const SECONDS = Number(process.env.BENCH_SECONDS ?? 4);
export const SECRET = 'whsec_bench';
export const TOKEN = 'entitlements-bench';
/** More than anything here answers in a second. */
const WEBHOOKS_A_SECOND = 40_000;
/** How many operators are signed in, spread evenly over the tenants. */
export const SESSIONS = 1000;

/** The token of a signed-in operator, and the hash that the database stores. */
export const session = (number) => `bench-${number}`;
export const sessionHash = (number) => createHash('sha256').update(session(number)).digest('hex');
/** The tenant of that operator, out of this many. */
export const tenantOf = (number, tenants) => 1 + Math.floor((number * tenants) / SESSIONS);

/** Every operator's billing page. */
export const pages = () => each((number) => get('/billing', `Cookie: portal_session=${session(number)}`));

/** The entitlements of tenants across the whole table. */
export const entitlements = (tenants) =>
  each((number) => get(`/api/entitlements/tenant_${tenantOf(number, tenants)}`, `Authorization: Bearer ${TOKEN}`));

/** Signed events that are all new, with ids that grow with time as Stripe's do. */
export function webhooks(prefix, seconds = SECONDS) {
  const time = Math.floor(Date.now() / 1000);
  const one = (_, number) => {
    const id = `${prefix}${String(number).padStart(8, '0')}${randomBytes(6).toString('hex')}`;
    const body = JSON.stringify({
      id, object: 'event', type: 'customer.subscription.updated', created: time, livemode: false,
      api_version: '2026-09-30.endive', pending_webhooks: 1,
      request: { id: `req_${number}`, idempotency_key: null },
      data: { object: { id: `sub_${number}`, object: 'subscription', customer: `cus_nobody_${number}` } },
    });
    const signature = createHmac('sha256', SECRET).update(`${time}.${body}`).digest('hex');
    return `POST /api/webhooks/stripe HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n`
      + `Stripe-Signature: t=${time},v1=${signature}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  };
  return Array.from({ length: WEBHOOKS_A_SECOND * seconds }, one);
}

const each = (request) => Array.from({ length: SESSIONS }, (_, number) => request(number));
const get = (path, header) => `GET ${path} HTTP/1.1\r\nHost: bench\r\n${header}\r\n\r\n`;

/**
 * Sends the requests, repeatedly or each once; returns how many were answered per second and in total,
 * and the 99th percentile in milliseconds. Anything but a success is an error.
 */
export async function load(url, requests, { clients = 32, seconds = SECONDS, again = true } = {}) {
  const path = join(tmpdir(), `bench-requests-${process.pid}`);
  const file = await open(path, 'w');
  try {
    for (let at = 0; at < requests.length; at += 1000) {
      const some = requests.slice(at, at + 1000);
      await file.write(some.map((one) => String(one.length).padStart(8) + one).join(''));
    }
    const { stdout } = await promisify(execFile)('wrk', [
      '--latency', '-t', '1', '-c', String(clients), '-d', `${seconds}s`, '-s', SCRIPT, url,
      '--', path, again ? 'again' : 'once',
    ]);
    return read(stdout);
  } finally {
    await file.close();
    await rm(path);
  }
}

function read(said) {
  if (/Non-2xx|Socket errors/.test(said)) throw new Error(`not every answer was a success:\n${said}`);
  const [, p99, unit] = said.match(/^\s+99%\s+([\d.]+)(us|ms|s)/m);
  return {
    rate: Number(said.match(/Requests\/sec:\s+([\d.]+)/)[1]),
    answered: Number(said.match(/(\d+) requests in/)[1]),
    p99: Number(p99) * { us: 0.001, ms: 1, s: 1000 }[unit],
  };
}
