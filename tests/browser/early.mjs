// A page before its WebAssembly has loaded, and what happens when it does.

import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { enter } from './api.mjs';
import { ready } from './pages.mjs';

/** The pieces into which the slow network cuts a page, and the time for each: a frame, and some. */
const PIECE = 200;
const PAUSE = 25;

/**
 * Signs the page in and holds its WebAssembly back: `open(path)` does not wait for it, `release()` lets
 * it through and waits until the browser has taken the page over.
 */
export async function hold(page) {
  let letThrough;
  const released = new Promise((done) => { letThrough = done; });
  await page.route('**/*.wasm', async (route) => {
    await released;
    await route.continue();
  });
  await watchShifts(page);
  await enter(page);
  return {
    open: (path) => page.goto(path, { waitUntil: 'domcontentloaded' }),
    release: async () => {
      letThrough();
      await ready(page);
    },
  };
}

/**
 * A network on which pages arrive piece by piece, so that the browser could paint each state
 * unfinished. `url` is the portal's address behind it.
 */
export async function slowNetwork(portal) {
  const server = createServer((asked, answer) => {
    const headers = { ...asked.headers, 'accept-encoding': 'identity' };
    const passedOn = request(portal.url + asked.url, { method: asked.method, headers }, (got) => {
      answer.writeHead(got.statusCode, got.headers);
      const page = got.headers['content-type']?.startsWith('text/html');
      (page ? Readable.from(pieces(got)) : got).pipe(answer);
    });
    answer.on('close', () => passedOn.destroy());
    passedOn.on('error', () => answer.destroy());
    asked.pipe(passedOn);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    close: () => server.close().closeAllConnections(),
  };
}

async function* pieces(body) {
  for await (const chunk of body) {
    for (let at = 0; at < chunk.length; at += PIECE) {
      yield chunk.subarray(at, at + PIECE);
      await setTimeout(PAUSE);
    }
  }
}

/** Records layout shifts from now on. */
export function watchShifts(page) {
  return page.addInitScript(() => {
    globalThis.shifts = [];
    new PerformanceObserver((list) => globalThis.shifts.push(...list.getEntries()))
      .observe({ type: 'layout-shift', buffered: true });
  });
}

/** What has moved by itself so far: by how much, which elements, from where and to where. */
export function shifts(page) {
  return page.evaluate(async () => {
    const frame = () => new Promise((done) => { requestAnimationFrame(done); });
    await frame();
    await frame();
    const place = ({ x, y, width, height }) => [x, y, width, height];
    return globalThis.shifts.filter(({ hadRecentInput }) => !hadRecentInput).flatMap(
      ({ value, sources }) => sources.map(({ node, previousRect, currentRect }) => ({
        value,
        what: (node?.outerHTML ?? node?.textContent)?.slice(0, 100),
        from: place(previousRect),
        to: place(currentRect),
      })),
    );
  });
}
