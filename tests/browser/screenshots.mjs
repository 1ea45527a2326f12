// Screenshots of every state, at three widths, light and dark: `make screenshots` writes them to
// target/screenshots for review.

import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../harness/binary.mjs';
import { openContext, startChromium } from './harness.mjs';
import { startPortal } from './portal.mjs';
import { ENVIRONMENT, STATES, show } from './states.mjs';

const FOLDER = join(ROOT, 'target/screenshots');
const WIDTHS = [360, 768, 1280];
const SCHEMES = ['light', 'dark'];

await rm(FOLDER, { recursive: true, force: true });
await mkdir(FOLDER, { recursive: true });
const portal = await startPortal(ENVIRONMENT);
const browser = await startChromium();
try {
  for (const state of STATES) await picture(state);
} finally {
  await browser.close();
  await portal.stop();
}
console.log(`${STATES.length * WIDTHS.length * SCHEMES.length} pictures are in ${FOLDER}`);

/** Takes a state's screenshots: it is reached once; width and scheme change in the open page. */
async function picture(state) {
  const context = await openContext(browser, portal, { reducedMotion: 'reduce' });
  const page = await context.newPage();
  await show(state, { page, portal });
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 800 });
    for (const colorScheme of SCHEMES) {
      await page.emulateMedia({ colorScheme });
      const path = join(FOLDER, `${state.name}-${width}-${colorScheme}.png`);
      await page.screenshot({ path, fullPage: true });
    }
  }
  await context.close();
}
