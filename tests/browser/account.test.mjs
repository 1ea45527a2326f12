// The operator's own account, with scripts on.

import assert from 'node:assert/strict';
import { enter } from './api.mjs';
import { setup } from './harness.mjs';
import { account, frame, signIn } from './pages.mjs';
import { OWNER } from './portal.mjs';

const browserTest = setup();

browserTest('another password: the page says so, and one can sign out of it', {}, async ({ page }) => {
  const mine = account(page);
  const next = 'a much better secret';
  await enter(page);
  await mine.open();
  await mine.changePassword(OWNER.password, next);
  await frame(page).toast('Password changed').waitFor();
  assert.equal(await mine.newPassword.inputValue(), '');
  assert.equal(await mine.sessions.count(), 1);
  // The page's forms belong to the new session.
  await frame(page).openMenu();
  await frame(page).signOut.click();
  await page.waitForURL('**/login');
  await signIn(page, { ...OWNER, password: next });
});
