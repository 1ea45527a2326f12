// How many requests a second the built portal answers, each figure beside its target. wrk is the
// load generator, on the same cores as the portal, so compare ratios rather than machines.

import { execFileSync } from 'node:child_process';
import { OWNER, TENANT, startPortal } from '../tests/browser/portal.mjs';

const SECONDS = Number(process.env.BENCH_SECONDS ?? 5);

/** What is asked for, by how many clients at once, and how many a second it should be. */
const CASES = [
  { name: 'alive, the least there is', path: '/healthz', clients: 32 },
  { name: 'a tenant as JSON', path: `/api/portal/tenant?tenant_id=${TENANT}`, clients: 32 },
  { name: '/billing, rendered', path: '/billing', clients: 32, target: 6000 },
  { name: '/billing, one client alone', path: '/billing', clients: 1, target: 1000 },
];

const portal = await startPortal();
try {
  const cookie = await signIn();
  await measure(CASES[2], cookie, 1);
  console.log(`${SECONDS} s each\n`);
  console.log(row('', 'a second', 'target', 'p50', 'p99', 'of the least'));
  let least;
  for (const one of CASES) {
    const { rate, p50, p99 } = await measure(one, cookie, SECONDS);
    least ??= rate;
    const share = `${((100 * rate) / least).toFixed(0)} %`;
    console.log(row(one.name, rate.toFixed(0), String(one.target ?? '—'), p50, p99, share));
  }
} finally {
  await portal.stop();
}

async function signIn() {
  const answer = await fetch(`${portal.url}/api/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(OWNER),
  });
  if (!answer.ok) throw new Error(`sign-in answered ${answer.status}`);
  return answer.headers.get('set-cookie').split(';')[0];
}

/** Requests a second, and latencies as wrk words them. */
async function measure({ path, clients }, cookie, seconds) {
  const said = execFileSync('wrk', [
    '--latency', '-t', '1', '-c', String(clients), '-d', `${seconds}s`,
    '-H', `Cookie: ${cookie}`, portal.url + path,
  ], { encoding: 'utf8' });
  if (/Non-2xx/.test(said)) throw new Error(`${path} was not answered with 200:\n${said}`);
  const number = (pattern) => said.match(pattern)?.[1] ?? '?';
  return {
    rate: Number(number(/Requests\/sec:\s+([\d.]+)/)),
    p50: number(/^\s+50%\s+(\S+)/m),
    p99: number(/^\s+99%\s+(\S+)/m),
  };
}

function row(name, ...figures) {
  return name.padEnd(30) + figures.map((figure) => figure.padStart(13)).join('');
}
