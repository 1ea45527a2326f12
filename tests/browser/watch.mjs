// Watching a page that stays open.

import assert from 'node:assert/strict';

/** Runs `what`, during which the page must not reload. */
export async function stays(page, what) {
  await page.evaluate(() => { globalThis.sameAsBefore = true; });
  await what();
  assert.ok(await page.evaluate(() => globalThis.sameAsBefore), 'the page was loaded anew');
}

export function withinASecond(shown) {
  return shown.waitFor({ timeout: 1_000 });
}
