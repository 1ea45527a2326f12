// One-time links: a new person joins, someone who forgot their password chooses another, and a link
// that can't be used says so. Their pages load no scripts, so they are the same with and without.

import assert from 'node:assert/strict';
import { found } from './axe.mjs';
import { setup } from './harness.mjs';
import { billing, frame, link, ready } from './pages.mjs';
import { TENANT } from './portal.mjs';

const NARROW = { width: 320, height: 800 };

const browserTest = setup({ context: { reducedMotion: 'reduce' } });

const refused = { allow: [/^HTTP (404|422)/, /^console: .* (404|422)/] };

// The tests of a file share its portal and run in order.
browserTest('an invitation', refused, async ({ page, portal }) => {
  const invitation = link(page);
  const address = await portal.command(
    'operator', 'invite', 'ada@example.com', '--tenant', TENANT, '--role', 'admin');
  await page.goto(address);
  await invitation.heading('Join Demo Company').waitFor();
  await accessible(page);
  assert.equal(await invitation.email.inputValue(), 'ada@example.com');
  await invitation.name.fill('Ada Lovelace');
  await invitation.password.fill('ada@example.com');
  await invitation.join.click();
  await invitation.error.filter({ hasText: 'other than your email' }).waitFor();
  assert.equal(await invitation.name.inputValue(), 'Ada Lovelace');
  await accessible(page);
  await invitation.password.fill('a long enough password');
  await invitation.join.click();
  await page.waitForURL(`**/billing?tenant_id=${TENANT}`);
  await ready(page);
  await billing(page).subscribe.waitFor();
  assert.match(await frame(page).account.innerText(), /Ada Lovelace/);

  await page.goto(address);
  await invitation.heading("This link can't be used").waitFor();
  await accessible(page);
});

browserTest('a new password', {}, async ({ page, portal }) => {
  const choice = link(page);
  await page.goto(await portal.command('operator', 'reset', 'ada@example.com'));
  await choice.heading('Choose a password').waitFor();
  await accessible(page);
  await choice.password.fill('another long password');
  await choice.setPassword.click();
  await page.waitForURL('**/billing');
  await frame(page).toast('Password changed.').waitFor();
});

/** Asserts that axe finds nothing in the page, light, dark and narrow. */
async function accessible(page) {
  const size = page.viewportSize();
  assert.deepEqual(await found(page), [], 'light');
  await page.emulateMedia({ colorScheme: 'dark' });
  assert.deepEqual(await found(page), [], 'dark');
  await page.setViewportSize(NARROW);
  assert.deepEqual(await found(page), [], 'narrow');
  await page.setViewportSize(size);
  await page.emulateMedia({ colorScheme: 'light' });
}
