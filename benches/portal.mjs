// The portal under load: its rates, its memory, and how long it takes to start.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { startPortal } from '../tests/browser/portal.mjs';
import { SECONDS, SECRET, TOKEN, entitlements, load, pages, webhooks } from './load.mjs';

const STARTS = 5;
const ENVIRONMENT = {
  STRIPE_WEBHOOK_SECRET: SECRET, ENTITLEMENTS_TOKEN: TOKEN, RUST_LOG: 'warn',
  // All load comes from one address and one session.
  MAX_CONNECTIONS_PER_ADDRESS: '0', REQUESTS_PER_ADDRESS: '0', REQUESTS_PER_SESSION: '0',
};

/** The portal on this database. */
export const start = ({ url }) => startPortal({ ...ENVIRONMENT, DATABASE_URL: url });

/** Migrates the database. */
export async function migrate(database) {
  await (await start(database)).stop();
}

/** All measurements of a running portal. */
export async function measure(database, tenants, prefix) {
  const portal = await start(database);
  try {
    await load(portal.url, pages(), { seconds: 1 });
    const measured = {
      pages: await load(portal.url, pages()),
      alone: await load(portal.url, pages(), { clients: 1 }),
      entitlements: await load(portal.url, entitlements(tenants)),
      webhooks: await load(portal.url, webhooks(prefix), { again: false }),
    };
    const stored = Number(database.sql(`SELECT count(*) FROM stripe_events WHERE id LIKE '${prefix}%';`));
    const { answered } = measured.webhooks;
    assert.ok(stored >= answered, `${answered} webhooks were answered with 200 and ${stored} are stored`);
    return { ...measured, memory: resident(portal.pid(), 'VmHWM') };
  } finally {
    await portal.stop();
  }
}

/**
 * The ratio of what a portal answers on the small database to what one answers on the large database.
 * They take turns, so that a slow moment of the machine affects both.
 */
export async function compare([small, fewTenants], [large, manyTenants], prefix) {
  const sides = [[await start(small), fewTenants], [await start(large), manyTenants]];
  const seconds = Math.ceil(SECONDS / 2);
  const kinds = {
    webhooks: (_, turn) => [webhooks(`${prefix}${turn}`, seconds), false],
    '/billing': () => [pages(), true],
    entitlements: (tenants) => [entitlements(tenants), true],
  };
  try {
    const ratios = {};
    for (const [what, requests] of Object.entries(kinds)) {
      const rates = [0, 0];
      for (const [turn, side] of [0, 1, 1, 0, 0, 1].entries()) {
        const [portal, tenants] = sides[side];
        const [some, again] = requests(tenants, turn);
        const { rate } = await load(portal.url, some, { seconds, again });
        // The first round of each is a warm-up.
        if (turn > 1) rates[side] += rate;
      }
      ratios[what] = rates[0] / rates[1];
    }
    return ratios;
  } finally {
    for (const [portal] of sides) await portal.stop();
  }
}

/** Milliseconds from starting the process to its first answer; the median of several. */
export async function coldStart(database) {
  const portal = await start(database);
  const times = [];
  try {
    for (let number = 0; number < STARTS; number += 1) {
      await portal.halt();
      const began = performance.now();
      await portal.start(1);
      times.push(performance.now() - began);
    }
  } finally {
    await portal.stop();
  }
  return times.sort((one, other) => one - other)[Math.floor(STARTS / 2)];
}

/** Memory in megabytes near the start and at the end of a long run with each kind of load in turn. */
export async function soak(database, tenants, seconds) {
  const portal = await start(database);
  const sizes = [];
  try {
    for (let spent = 0; spent < seconds; spent += 3 * SECONDS) {
      await load(portal.url, pages());
      await load(portal.url, entitlements(tenants));
      await load(portal.url, webhooks(`evt_9${1e6 + spent}`), { again: false });
      sizes.push(resident(portal.pid(), 'VmRSS'));
    }
  } finally {
    await portal.stop();
  }
  const tenth = Math.max(1, Math.floor(sizes.length / 10));
  const middle = (some) => some.sort((one, other) => one - other)[Math.floor(some.length / 2)];
  return { first: middle(sizes.slice(tenth, 2 * tenth)), last: middle(sizes.slice(-tenth)) };
}

/** Memory in megabytes, as Linux reports it. */
function resident(pid, field) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(status.match(new RegExp(`${field}:\\s+(\\d+)`))[1]) / 1024;
}
