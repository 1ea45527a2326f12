// A page before its WebAssembly is there, and what happens to it when that comes.

import { enter } from './api.mjs';
import { ready } from './pages.mjs';

/**
 * Signs the page in, and keeps its WebAssembly back: `open(path)` does not wait for it, `release()`
 * lets it through and waits until the browser has taken the page over.
 */
export async function hold(page) {
  let letThrough;
  const released = new Promise((done) => { letThrough = done; });
  await page.route('**/*.wasm', async (route) => {
    await released;
    await route.continue();
  });
  await page.addInitScript(() => {
    globalThis.shifts = [];
    new PerformanceObserver((list) => globalThis.shifts.push(...list.getEntries()))
      .observe({ type: 'layout-shift', buffered: true });
  });
  await enter(page);
  return {
    open: (path) => page.goto(path, { waitUntil: 'domcontentloaded' }),
    release: async () => {
      letThrough();
      await ready(page);
    },
  };
}

/** What has moved by itself so far: by how much, which elements, and from where to where. */
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
