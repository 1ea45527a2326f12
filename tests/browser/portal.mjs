// The built portal as a child process: started on free ports, stopped with everything it made.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const BINARY = resolve(process.env.PORTAL_BIN ?? join(ROOT, 'dist/portal'));

/** What the sandbox's demo comes with. */
export const TENANT = 'tenant_demo';
export const OWNER = { email: 'owner@example.com', password: 'sandbox-owner' };

/** The built portal on free ports, with a database that is thrown away unless DATABASE_URL is set. */
export async function startPortal() {
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
