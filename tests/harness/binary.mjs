// The built binary as a child process: started in its own folder, stopped with everything it created.
// Shared by the browser tests and the SDK tests.

import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const BINARY = resolve(process.env.PORTAL_BIN ?? join(ROOT, 'dist/portal'));

/**
 * Starts `portal COMMAND` with these environment variables, and waits until `readyAt` answers.
 *
 * Returns `log()`, its last lines, its `pid()`, and `stop()`; before that, `halt()` ends only the
 * process, and `start()` starts another in the same folder. `command(...arguments)` runs another
 * command beside it, and returns its output.
 */
export async function startBinary(command, { env: given, readyAt }) {
  // Started in its own folder with few variables, so that no .env file or Stripe key of the developer's
  // gets in.
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, RUST_BACKTRACE: '1', ...given };
  const folder = await mkdtemp(join(tmpdir(), 'portal-test-'));
  const lines = [];
  const log = () => lines.join('').split('\n').slice(-60).join('\n');
  let running;
  const start = async (pause) => {
    running = run(command, { folder, env, lines });
    await until(`${readyAt} answers`, 30_000, () => {
      assert.equal(running.ended, undefined, `${BINARY} has ended (${running.ended}):\n${log()}`);
      return fetch(readyAt).then(({ ok }) => ok, () => false);
    }, pause);
  };
  const beside = async (...given) => {
    const { stdout } = await promisify(execFile)(BINARY, given, { cwd: folder, env });
    return stdout.trim();
  };
  const pid = () => running.pid;
  const halt = () => running.halt();
  const stop = async () => {
    await halt();
    await rm(folder, { recursive: true, force: true });
  };

  try {
    await start();
  } catch (error) {
    await stop();
    throw error;
  }
  return { log, pid, stop, halt, start, command: beside };
}

/** One process: `ended` says how it ended, once it has; `halt()` ends it. */
function run(command, { folder, env, lines }) {
  const child = spawn(BINARY, [command], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env,
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      lines.push(text);
      if (lines.length > 500) lines.shift();
    });
  }
  const started = { pid: child.pid, ended: undefined };
  const end = new Promise((done) => {
    child.on('error', (error) => done((started.ended = error.message)));
    child.on('exit', (code, signal) => done((started.ended = `exit ${signal ?? code}`)));
  });
  const kill = () => child.kill('SIGKILL');
  process.on('exit', kill);

  started.halt = async () => {
    child.kill('SIGTERM');
    await Promise.race([end, sleep(10_000, undefined, { ref: false })]);
    if (started.ended === undefined) {
      kill();
      await end;
    }
    process.off('exit', kill);
  };
  return started;
}

/** Free ports, all held at once so that no two are the same. */
export async function freePorts(count) {
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

/** Asks repeatedly until the answer is truthy, and returns it. */
export async function until(what, milliseconds, ask, pause = 50) {
  const deadline = Date.now() + milliseconds;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > deadline) throw new Error(`waited ${milliseconds} ms in vain until ${what}`);
    await sleep(pause);
  }
}
