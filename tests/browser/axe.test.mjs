// axe-core finds nothing on any page in any state: light, dark, narrow, and in German; and no page is
// wider than a narrow window.

import assert from 'node:assert/strict';
import { enter } from './api.mjs';
import { found } from './axe.mjs';
import { setup } from './harness.mjs';
import { open } from './pages.mjs';
import { ENVIRONMENT, STATES, show } from './states.mjs';

const WIDE = { width: 1280, height: 800 };
/** What a zoom of 400 % leaves of 1280 pixels. */
const NARROW = { width: 320, height: 800 };

// Without reduced motion, axe would measure the contrast of colours in transition.
const browserTest = setup({
  context: { viewport: WIDE, reducedMotion: 'reduce' },
  environment: ENVIRONMENT,
});

// The tests of a file share its portal and run in order.
for (const state of STATES) {
  browserTest(state.name, { allow: state.allow }, async ({ page, portal }) => {
    await show(state, { page, portal });
    assert.deepEqual(await found(page), [], 'light');
    await page.emulateMedia({ colorScheme: 'dark' });
    assert.deepEqual(await found(page), [], 'dark');
    await page.setViewportSize(NARROW);
    assert.deepEqual(await found(page), [], 'narrow');
    assert.equal(await tooWide(page), 0, 'to be scrolled sideways');
  });
}

browserTest('in German', { context: { locale: 'de-DE' } }, async ({ page }) => {
  await page.goto('/login');
  assert.deepEqual(await found(page), [], 'login');
  await enter(page);
  for (const path of ['/billing', '/agents', '/activity', '/account']) {
    await open(page, path);
    assert.deepEqual(await found(page), [], path);
  }
});

/** How many pixels wider the page is than the window. */
function tooWide(page) {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth - clientWidth;
  });
}
