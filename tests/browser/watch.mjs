// How a page that stays open is watched.

import assert from 'node:assert/strict';

/** Does this, during which the page must not be loaded anew. */
export async function stays(page, what) {
  await page.evaluate(() => { globalThis.sameAsBefore = true; });
  await what();
  assert.ok(await page.evaluate(() => globalThis.sameAsBefore), 'the page was loaded anew');
}

export function withinASecond(shown) {
  return shown.waitFor({ timeout: 1_000 });
}
