// Menus that open over a page: they work and close as menus do, with and without scripts.

import assert from 'node:assert/strict';
import { found } from './axe.mjs';
import { enter } from './api.mjs';
import { setup } from './harness.mjs';
import { frame, open } from './pages.mjs';

const browserTest = setup();

for (const [how, context, allow] of [
  ['with scripts', { reducedMotion: 'reduce' }, []],
  // The script that the page preloads is not loaded at all.
  ['without scripts', { javaScriptEnabled: false }, [/^request: GET \S+\.js: csp$/]],
]) {
  browserTest(`the account's menu, ${how}`, { context, allow }, async ({ page }) => {
    const { account, content, menu, openMenu, signOut } = frame(page);
    const closed = () => menu.waitFor({ state: 'hidden' });
    await enter(page);
    await open(page, '/billing');
    await closed();
    await openMenu();
    await signOut.waitFor();
    await page.keyboard.press('Tab');
    assert.equal(await page.locator(':focus').innerText(), 'Account', 'the menu follows its button');
    await page.keyboard.press('Escape');
    await closed();
    await account.and(page.locator(':focus')).waitFor();

    await openMenu();
    await content.click({ position: { x: 5, y: 5 } });
    await closed();

    await openMenu();
    await account.click();
    await closed();

    await openMenu();
    await menu.getByRole('link', { name: 'Account' }).click();
    await page.waitForURL('**/account');
    await closed();
  });
}

// At the bottom of the side, and of what a phone shows of it.
for (const viewport of [{ width: 1280, height: 800 }, { width: 320, height: 568 }]) {
  const context = { viewport, reducedMotion: 'reduce' };
  browserTest(`the menu is beside its button, in a window ${viewport.width} wide`, { context }, async ({ page }) => {
    const { account, menu, openMenu } = frame(page);
    await enter(page);
    await open(page, '/billing');
    await openMenu();
    assert.deepEqual(await found(page), []);
    const [button, box] = [await account.boundingBox(), await menu.boundingBox()];
    const above = button.y - (box.y + box.height);
    const below = box.y - (button.y + button.height);
    assert.ok(Math.max(above, below) >= 0 && Math.max(above, below) < 12, `${above}, ${below}`);
    assert.ok(box.x >= 0 && box.x + box.width <= viewport.width, JSON.stringify(box));
    assert.ok(box.y >= 0 && box.y + box.height <= viewport.height, JSON.stringify(box));
  });
}
