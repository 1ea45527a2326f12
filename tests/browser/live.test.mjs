// What changes elsewhere shows in the open page within a second, without a reload; while the portal
// can't be reached the page says so, and recovers by itself.

import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import { become, enter, subscribe } from './api.mjs';
import { setup } from './harness.mjs';
import { agents, billing, frame } from './pages.mjs';

const DAY = 24 * 60 * 60;

/** What a browser complains of that can't reach the portal. */
const CUT_OFF = [/ERR_(CONNECTION|INTERNET|INCOMPLETE|EMPTY|NETWORK|SOCKET)/];

const browserTest = setup();

// The tests of a file share its portal and run in their order.
browserTest('what another tab does', {}, async ({ page }) => {
  const bill = billing(page);
  await enter(page);
  await subscribe(page, 3);
  await bill.open();
  const other = await page.context().newPage();
  const team = agents(other);
  await team.open();
  await stays(page, async () => {
    await team.create('Ada');
    await withinASecond(bill.usage.filter({ hasText: '1 of 3' }));
    await team.turnOff('Ada').click();
    await withinASecond(bill.usage.filter({ hasText: '0 of 3' }));
    // The other way round: the list follows a change of the subscription.
    await bill.more.click();
    await bill.confirm.click();
    await withinASecond(team.usage('0 of 4 in use'));
  });
});

browserTest('what Stripe tells', {}, async ({ page, portal }) => {
  const bill = billing(page);
  await enter(page);
  await bill.open();
  await stays(page, async () => {
    await portal.advance(15 * DAY);
    await withinASecond(bill.badge.filter({ hasText: 'Active' }));
    await become({ page, portal }, 'active', 'past_due');
    await withinASecond(bill.paymentBanner);
    await withinASecond(bill.badge.filter({ hasText: 'Payment required' }));
    await become({ page, portal }, 'past_due', 'active');
    await bill.paymentBanner.waitFor({ state: 'detached', timeout: 1_000 });
  });
});

browserTest('what the operator did is said, also where the change itself is here first', {}, async ({ page }) => {
  const bill = billing(page);
  await enter(page);
  // The answers come long after the feed has told of what was done.
  await page.route(/billing\/(cancel|resume|quantity)$/, async (route) => {
    const answer = await route.fetch();
    await setTimeout(1_500);
    await route.fulfill({ response: answer });
  });
  await bill.open();
  await bill.cancel();
  await bill.ending.waitFor();
  await bill.toast('Cancellation scheduled').waitFor();
  await bill.resume.click();
  await bill.toast('Welcome back').waitFor();
  await bill.more.click();
  await bill.confirm.click();
  await bill.toast('You now have 5 agents').waitFor();
});

browserTest('the portal starts again: the page waits for it', { allow: CUT_OFF }, async ({ page, portal }) => {
  const bill = billing(page);
  await enter(page);
  await bill.open();
  await stays(page, async () => {
    await portal.halt();
    await frame(page).note('Updates are delayed').waitFor();
    await portal.start();
    await frame(page).note('Updates are delayed').waitFor({ state: 'detached' });
    await become({ page, portal }, 'active', 'past_due');
    await withinASecond(bill.paymentBanner);
  });
});

browserTest('the network is gone for a while: what happened meanwhile is there', { allow: CUT_OFF }, async ({ page, portal }) => {
  const bill = billing(page);
  await enter(page);
  await bill.open();
  await stays(page, async () => {
    await page.context().setOffline(true);
    await frame(page).note('You are offline').waitFor();
    const { data: [subscription] } = await portal.stripe('GET', 'subscriptions');
    await portal.setStatus(subscription.id, 'unpaid');
    await page.context().setOffline(false);
    await bill.unpaidBanner.waitFor();
    await frame(page).note('You are offline').waitFor({ state: 'detached' });
  });
});

/** Does this, during which the page must not be loaded anew. */
async function stays(page, what) {
  await page.evaluate(() => { globalThis.sameAsBefore = true; });
  await what();
  assert.ok(await page.evaluate(() => globalThis.sameAsBefore), 'the page was loaded anew');
}

function withinASecond(shown) {
  return shown.waitFor({ timeout: 1_000 });
}
