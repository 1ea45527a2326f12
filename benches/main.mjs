// Every promised figure, on SQLite and on Postgres, in one run on one machine. The load is generated on
// the same cores. Prints a table; docs/reliability.md explains it.
//
//   BENCH_TENANTS=1000,100000,1000000   how many tenants, smallest first, with ten events each
//   BENCH_DATABASES=SQLite,Postgres     which databases
//   BENCH_SECONDS=4                     how long each figure is measured
//   BENCH_SOAK=600                      also memory growth over this many seconds; 0 skips it

import { node, pgbench, sqliteLoop } from './baselines.mjs';
import { postgres, sqlite } from './databases.mjs';
import { coldStart, compare, measure, migrate, soak } from './portal.mjs';
import { atLeast, atMost, note, table } from './report.mjs';
import { grow } from './seed.mjs';

const SIZES = (process.env.BENCH_TENANTS ?? '1000,100000,1000000').split(',').map(Number);
const DATABASES = (process.env.BENCH_DATABASES ?? 'SQLite,Postgres').split(',');
const SOAK = Number(process.env.BENCH_SOAK ?? 0);
/** By what factor a figure may be lower in a large database than in a small one. */
const GROWTH = 1.2;

for (const [name, open] of [['SQLite', sqlite], ['Postgres', postgres]]) {
  if (!DATABASES.includes(name)) continue;
  const small = await open('bench_small');
  const large = await open('bench_large');
  try {
    await bench(small, large);
  } finally {
    await small.stop();
    await large.stop();
  }
}
console.log(table());

/** Uses the smallest number of tenants in one database, and the others in one that grows. */
async function bench(small, large) {
  await migrate(small);
  await migrate(large);
  let before = 0;
  for (const [number, tenants] of SIZES.entries()) {
    const database = number === 0 ? small : large;
    console.error(`${database.name}, ${tenants.toLocaleString('en')} tenants`);
    const say = (...what) => note(database.name, tenants, ...what);
    if (number === 0) grow(small, 0, tenants);
    else {
      grow(large, before, tenants);
      before = tenants;
    }
    const least = await baselines(database, tenants, number, say);
    rates(await measure(database, tenants, `evt_2${number}p`), least, say);
    if (number > 0) ratios(await compare([small, SIZES[0]], [large, tenants], `evt_3${number}`), say);
    if (tenants === SIZES.at(-1)) await rest(database, tenants, say);
  }
}

/** The baselines of the portal's figures, measured in the same run. */
async function baselines(database, tenants, number, say) {
  if (database.name === 'SQLite') {
    const loop = sqliteLoop(database, `evt_2${number}a`);
    say('a bare loop of inserts', loop, '/s');
    return { webhooks: [[loop / 2, ' (half the loop)']], entitlements: [] };
  }
  const alone = await pgbench(database, `evt_2${number}a`);
  say('pgbench, one insert a commit', alone, '/s');
  const bare = await node(database, tenants, `evt_2${number}n`);
  say('a bare Node server, webhooks', bare.webhooks.rate, '/s');
  say('a bare Node server, entitlements', bare.entitlements.rate, '/s');
  return {
    webhooks: [[alone / 2, ' (half of pgbench)'], [2 * bare.webhooks.rate, ' (twice Node)']],
    entitlements: [[1.5 * bare.entitlements.rate, ' (1.5 × Node)']],
  };
}

function rates({ webhooks, pages, alone, entitlements, memory }, least, say) {
  const each = (what, { rate }, targets) => {
    for (const [wanted, of] of targets) say(what, rate, '/s', atLeast(rate, wanted, of));
  };
  each('webhooks', webhooks, least.webhooks);
  say('webhooks, p99', webhooks.p99, ' ms');
  each('/billing', pages, [[6000, '']]);
  say('/billing, p99', pages.p99, ' ms');
  say('/billing, one client alone', 1000 / alone.rate, ' ms', atMost(1000 / alone.rate, 1, ' ms'));
  each('entitlements', entitlements, [[15_000, ''], ...least.entitlements]);
  say('entitlements, p99', entitlements.p99, ' ms');
  say('memory at most', memory, ' MB', atMost(memory, 40, ' MB'));
}

/** By what factor a figure is lower in the large database than in the small one. */
function ratios(found, say) {
  for (const [what, ratio] of Object.entries(found)) {
    say(`${what}, the smallest database to this one`, ratio, '', atMost(ratio, GROWTH, ''));
  }
}

async function rest(database, tenants, say) {
  const took = await coldStart(database);
  say('from start to the first answer', took, ' ms', atMost(took, 75, ' ms'));
  if (SOAK === 0) return;
  const { first, last } = await soak(database, tenants, SOAK);
  say(`memory after ${SOAK} s, to that after a tenth`, last / first, '', atMost(last / first, 1.1, ''));
}
