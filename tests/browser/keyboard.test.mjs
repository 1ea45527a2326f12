// Everything by keyboard, with a visible focus, in what a zoom of 400 % leaves of a window of 1280 ×
// 1024.

import assert from 'node:assert/strict';
import { enter, hire, subscribe } from './api.mjs';
import { setup } from './harness.mjs';
import { billing, frame, login, ready } from './pages.mjs';
import { OWNER } from './portal.mjs';

/** More tab stops than any page has. */
const MANY = 100;

const browserTest = setup({ context: { viewport: { width: 320, height: 256 } } });

// The tests of a file share its portal and run in order.
browserTest('signing in and subscribing', {}, async ({ page, portal }) => {
  const bill = billing(page);
  const { keyboard } = page;
  await page.goto('/login');
  assert.ok(await isFocused(login(page).email), 'one can type at once');
  await keyboard.type(OWNER.email);
  await tabTo(page, login(page).password);
  await keyboard.type(OWNER.password);
  await keyboard.press('Enter');
  await page.waitForURL('**/billing');
  await ready(page);

  await tabTo(page, frame(page).skip);
  await keyboard.press('Enter');
  assert.ok(await isFocused(frame(page).content), 'the skip link leads to the content');
  await tabTo(page, bill.more);
  await keyboard.press('Enter');
  await tabTo(page, bill.count, 'Shift+Tab');
  await keyboard.press('ArrowUp');
  await bill.sum.filter({ hasText: '3 agents' }).waitFor();
  await keyboard.type('4');
  await bill.sum.filter({ hasText: '34 agents' }).waitFor();
  await keyboard.press('ControlOrMeta+A');
  await keyboard.type('2');
  await bill.sum.filter({ hasText: '2 agents' }).waitFor();
  await tabTo(page, bill.subscribe);
  await keyboard.press('Enter');
  await page.waitForURL(`${portal.sandbox}/**`);
});

browserTest('the dialog takes the focus, keeps it, and gives it back', {}, async ({ page }) => {
  const bill = billing(page);
  const { keyboard } = page;
  await enter(page);
  await subscribe(page, 2);
  await bill.open();
  await tabTo(page, bill.askToCancel);
  await keyboard.press('Enter');
  await bill.endIt.waitFor();
  for (let stop = 0; stop < 8; stop += 1) {
    assert.ok(await bill.dialog.evaluate((dialog) =>
      dialog.contains(document.activeElement) || document.activeElement === document.body));
    await keyboard.press('Tab');
  }
  await keyboard.press('Escape');
  await bill.dialog.waitFor({ state: 'hidden' });
  assert.ok(await isFocused(bill.askToCancel), 'the focus is back');

  await keyboard.press('Space');
  await tabTo(page, bill.when('At the end'));
  await keyboard.press('ArrowDown');
  assert.ok(await bill.when('Now').isChecked());
  await keyboard.press('ArrowUp');
  await tabTo(page, bill.endIt);
  await keyboard.press('Enter');
  await bill.toast('Cancellation scheduled').waitFor();
  assert.ok(await isFocused(frame(page).content), 'the focus is on the page');
  await tabTo(page, frame(page).dismiss);
  await keyboard.press('Enter');
  await bill.toast('Cancellation').waitFor({ state: 'detached' });
});

browserTest('every stop of every page can be seen, and comes round', {}, async ({ page }) => {
  await enter(page);
  await hire(page, 'Ada', 'Grace');
  for (const path of ['/billing', '/agents', '/activity', '/account']) {
    await page.goto(path);
    await ready(page);
    await tabTo(page, frame(page).skip);
    await tabTo(page, frame(page).lastStop);
    await tabTo(page, frame(page).skip);
  }
});

/** Presses Tab until the element is focused; each stop on the way must show its focus. */
async function tabTo(page, element, key = 'Tab') {
  for (let stop = 0; stop < MANY; stop += 1) {
    await page.keyboard.press(key);
    await focusIsSeen(page);
    if (await isFocused(element)) return;
  }
  assert.fail(`${MANY} stops, and none was ${element}`);
}

function isFocused(element) {
  return element.evaluate((node) => node === document.activeElement);
}

/** Asserts that the focused element has an outline, lies inside the window, and is not covered. */
async function focusIsSeen(page) {
  const problem = await page.evaluate(() => {
    const focused = document.activeElement;
    // Between the last stop and the first, the browser's own controls have the focus.
    if (focused === document.body) return undefined;
    const { outlineStyle, outlineWidth } = getComputedStyle(focused);
    const box = focused.getBoundingClientRect();
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    const seen = document.elementFromPoint(x, y);
    const covered = !seen || !(focused.contains(seen) || seen.contains(focused));
    if (outlineStyle !== 'none' && parseFloat(outlineWidth) > 0 && !covered) return undefined;
    return JSON.stringify({ html: focused.outerHTML.slice(0, 200), outlineStyle, outlineWidth, box, by: seen?.outerHTML.slice(0, 200) });
  });
  assert.equal(problem, undefined, 'the focus can not be seen');
}
