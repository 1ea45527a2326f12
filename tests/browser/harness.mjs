// Gives every test file a portal of its own, the built one on a database of its own, and a real
// Chromium. A test fails on whatever the browser complains about, unless the test expects it.

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const BINARY = resolve(process.env.PORTAL_BIN ?? join(ROOT, 'dist/portal'));
const SCREENSHOTS = join(ROOT, 'target/browser');

/** How long a test may take in all, and how long the browser may take for one step of it. */
const TEST_TIMEOUT = 120_000;
const STEP_TIMEOUT = 15_000;

export const TENANT = 'tenant_demo';
export const OWNER = { email: 'owner@example.com', password: 'sandbox-owner' };

/**
 * Starts a portal and a browser for the tests of this file, and stops them after the last one.
 *
 * Gives `browserTest(name, options, body)`. The body gets `page`, signed in as nobody, and
 * `portal`. `options.allow` lists patterns of complaints that the test causes on purpose.
 */
export function setup() {
  let portal;
  let browser;
  before(async () => {
    portal = await startPortal();
    browser = await startChromium();
  });
  after(async () => {
    await browser?.close();
    await portal?.stop();
  });

  return function browserTest(name, options, body) {
    test(name, { timeout: TEST_TIMEOUT }, async (t) => {
      // Far from UTC, and another language than the server's: a page that renders a date or a
      // number in the browser's way breaks its own hydration here.
      const context = await browser.newContext({
        baseURL: portal.url,
        locale: 'de-DE',
        timezoneId: 'Pacific/Auckland',
      });
      context.setDefaultTimeout(STEP_TIMEOUT);
      const complaints = listen(context, options.allow ?? []);
      const page = await context.newPage();
      try {
        await body({ page, portal });
        assert.deepEqual(complaints, [], 'the browser complained');
      } catch (error) {
        await report(t, { name, page, portal, complaints });
        throw error;
      } finally {
        await context.close();
      }
    });
  };
}

/** Collects console errors, uncaught exceptions, failed requests and HTTP errors of every page. */
function listen(context, allow) {
  const complaints = [];
  const complain = (text) => {
    if (!allow.some((pattern) => pattern.test(text))) complaints.push(text);
  };
  context.on('console', (message) => {
    if (message.type() === 'error') {
      complain(`console: ${message.text()} (${message.location().url})`);
    }
  });
  context.on('weberror', (thrown) => complain(`exception: ${thrown.error().stack}`));
  context.on('requestfailed', (request) => {
    // What was under way when the page was left is cancelled by the browser itself.
    const reason = request.failure()?.errorText;
    if (reason !== 'net::ERR_ABORTED') {
      complain(`request: ${request.method()} ${request.url()}: ${reason}`);
    }
  });
  context.on('response', (response) => {
    if (response.status() >= 400) {
      complain(`HTTP ${response.status()}: ${response.request().method()} ${response.url()}`);
    }
  });
  return complaints;
}

/** What helps to understand a failure: a screenshot, the complaints, and what the portal logged. */
async function report(t, { name, page, portal, complaints }) {
  const file = join(SCREENSHOTS, `${name.replaceAll(/\W+/g, '-')}.png`);
  try {
    await mkdir(SCREENSHOTS, { recursive: true });
    await page.screenshot({ path: file, fullPage: true });
    t.diagnostic(`screenshot of ${page.url()}: ${file}`);
  } catch (error) {
    t.diagnostic(`no screenshot: ${error.message}`);
  }
  for (const complaint of complaints) t.diagnostic(complaint);
  t.diagnostic(`the portal's last lines:\n${portal.log()}`);
}

/** The built portal on free ports, with a database that is thrown away unless DATABASE_URL is set. */
async function startPortal() {
  const folder = await mkdtemp(join(tmpdir(), 'portal-test-'));
  const [port, sandboxPort] = await freePorts(2);
  const url = `http://127.0.0.1:${port}`;
  const sandbox = `http://127.0.0.1:${sandboxPort}`;
  // Started in its own folder with few variables, so that no .env or Stripe key of the developer's
  // finds its way in.
  const child = spawn(BINARY, ['serve'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      RUST_BACKTRACE: '1',
      IP: '127.0.0.1',
      PORT: String(port),
      SANDBOX_PORT: String(sandboxPort),
      PORTAL_URL: url,
      DATABASE_URL: process.env.DATABASE_URL ?? `sqlite:${join(folder, 'portal.db')}`,
    },
  });
  const lines = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      lines.push(text);
      if (lines.length > 500) lines.shift();
    });
  }
  const log = () => lines.join('').split('\n').slice(-60).join('\n');
  let ended;
  const end = new Promise((done) => {
    child.on('error', (error) => done((ended = error.message)));
    child.on('exit', (code, signal) => done((ended = `exit ${signal ?? code}`)));
  });
  const kill = () => child.kill('SIGKILL');
  process.on('exit', kill);

  const stop = async () => {
    child.kill('SIGTERM');
    await Promise.race([end, sleep(10_000, undefined, { ref: false })]);
    if (ended === undefined) {
      kill();
      await end;
    }
    process.off('exit', kill);
    await rm(folder, { recursive: true, force: true });
  };

  try {
    await until('the portal answers', 30_000, () => {
      assert.equal(ended, undefined, `${BINARY} has ended (${ended}):\n${log()}`);
      return fetch(`${url}/healthz`).then(({ ok }) => ok, () => false);
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, sandbox, log, stop, ...controls(sandbox) };
}

/** What the sandbox can be told, beside Stripe's own protocol. */
function controls(sandbox) {
  const post = async (path, fields) => {
    const answer = await fetch(sandbox + path, { method: 'POST', body: new URLSearchParams(fields) });
    assert.ok(answer.ok, `POST ${path} answered ${answer.status}: ${await answer.text()}`);
  };
  return {
    /** Moves the sandbox's time on. */
    advance: (seconds) => post('/_sandbox/advance', { by: String(seconds) }),
    /** Puts a subscription into a Stripe status, as the payments that lead there would. */
    setStatus: (subscription, status) =>
      post(`/_sandbox/subscriptions/${subscription}/status`, { status }),
  };
}

function startChromium() {
  return chromium.launch({
    executablePath: findChromium(),
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** The system's browser; playwright-core brings none. */
function findChromium() {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  for (const name of [process.env.CHROMIUM, ...names].filter(Boolean)) {
    try {
      return execFileSync('which', [name], { encoding: 'utf8' }).trim();
    } catch {
      // The next one, then.
    }
  }
  throw new Error('no Chromium: install one (.ci/setup test does), or name it in CHROMIUM');
}

/** Held all at once, so that no two are the same. */
async function freePorts(count) {
  const servers = await Promise.all(
    Array.from({ length: count }, () => new Promise((done, fail) => {
      const server = createServer().on('error', fail);
      server.listen(0, '127.0.0.1', () => done(server));
    })),
  );
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return ports;
}

/** Asks again and again until the answer is truthy, and gives that answer. */
export async function until(what, milliseconds, ask) {
  const deadline = Date.now() + milliseconds;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > deadline) throw new Error(`waited ${milliseconds} ms in vain until ${what}`);
    await sleep(50);
  }
}

/** The tenant as the portal knows it, once it is in this status. For a signed-in page. */
export function tenantOnce(page, status) {
  return until(`the tenant is ${status}`, 10_000, async () => {
    const answer = await page.request.get(`/api/portal/tenant?tenant_id=${TENANT}`);
    assert.equal(answer.status(), 200, await answer.text());
    const tenant = await answer.json();
    return tenant.subscription_status === status && tenant;
  });
}
