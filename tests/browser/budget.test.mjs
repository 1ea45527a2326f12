// What a browser has to fetch for /billing, in bytes on the wire, as the portal serves it. A test
// rather than a build step, because the page has to be rendered and served to be weighed.

import assert from 'node:assert/strict';
import { get } from 'node:http';
import { test } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { OWNER, startPortal } from './portal.mjs';

/** The page is usable once it has these two. */
const HTML_AND_CSS = 15_000;
/**
 * Keeps what has been reached, which varies by some hundred bytes with the build folder. The goal is
 * 230,000: see "What the browser loads" in the README.
 */
const WASM_AND_JAVASCRIPT = 348_500;

test('what the billing page weighs', async (t) => {
  const portal = await startPortal();
  try {
    const cookie = await signIn(portal);
    const page = await fetched(portal, '/billing', { cookie });
    assert.equal(page.headers['content-encoding'], 'gzip');
    assert.equal(page.headers['cache-control'], 'no-store');

    const styles = await assets(portal, page.text.matchAll(/<link rel="stylesheet" href="([^"]+)"/g));
    const scripts = await assets(portal, page.text.matchAll(/<script type="module"[^>]* src="([^"]+)"/g));
    const wasm = await assets(portal, scripts[0].text.matchAll(/["'`](\/[^"'`]+\.wasm)["'`]/g));

    within(t, 'HTML and CSS', [page, ...styles], HTML_AND_CSS);
    within(t, 'wasm and JavaScript', [...scripts, ...wasm], WASM_AND_JAVASCRIPT);
  } finally {
    await portal.stop();
  }
});

async function signIn(portal) {
  const answer = await fetch(`${portal.url}/api/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(OWNER),
  });
  assert.equal(answer.status, 200);
  return answer.headers.get('set-cookie').split(';')[0];
}

/** Fetches the linked assets, at least one, each compressed at build time and cached forever. */
async function assets(portal, matches) {
  const found = await Promise.all([...matches].map(([, path]) => fetched(portal, path)));
  assert.notEqual(found.length, 0, 'nothing is linked');
  for (const { path, headers } of found) {
    assert.equal(headers['content-encoding'], 'br', path);
    assert.match(headers['cache-control'], /immutable/, path);
    assert.match(headers.vary, /accept-encoding/i, path);
  }
  return found;
}

/** Requests as browsers do. `size` is the size on the wire, which fetch would not tell. */
function fetched(portal, path, headers = {}) {
  return new Promise((done, fail) => {
    const accept = { 'accept-encoding': 'gzip, deflate, br', ...headers };
    get(new URL(path, portal.url), { headers: accept }, async (answer) => {
      assert.equal(answer.statusCode, 200, path);
      const body = Buffer.concat(await answer.toArray());
      done({ path, size: body.length, headers: answer.headers, text: plain(answer, body) });
    }).on('error', fail);
  });
}

function plain({ headers }, body) {
  const undo = { br: brotliDecompressSync, gzip: gunzipSync }[headers['content-encoding']];
  return (undo ? undo(body) : body).toString();
}

function within(t, what, parts, budget) {
  const sum = parts.reduce((bytes, { size }) => bytes + size, 0);
  const each = parts.map(({ path, size }) => `${size} ${path}`).join(', ');
  t.diagnostic(`${what}: ${sum} of ${budget} bytes (${each})`);
  assert.ok(sum < budget, `${what}: ${sum} bytes, ${budget} are allowed`);
}
