// While the portal is unreachable the page says so, and it recovers by itself without missing a change.

import { setTimeout } from 'node:timers/promises';
import { become, enter, signOutEverywhere, subscribe } from './api.mjs';
import { setup } from './harness.mjs';
import { billing, frame } from './pages.mjs';
import { stays, withinASecond } from './watch.mjs';

const DAY = 24 * 60 * 60;
const FEED = '**/api/portal/billing/events?*';
const TENANT = '**/api/portal/tenant?*';

/** What a browser reports when it can't reach the portal. */
const CUT_OFF = [/ERR_(CONNECTION|INTERNET|INCOMPLETE|EMPTY|NETWORK|SOCKET)/];

const browserTest = setup();

// The tests of a file share its portal and run in order.
browserTest('what changes before the feed of the page is open', {}, async ({ page, portal }) => {
  const bill = billing(page);
  await enter(page);
  await subscribe(page, 3);
  let letThrough;
  const held = new Promise((resolve) => { letThrough = resolve; });
  await page.route(FEED, async (route) => {
    await held;
    await route.continue();
  });
  await bill.open();
  await stays(page, async () => {
    await portal.advance(15 * DAY);
    await become({ page, portal }, 'active', 'past_due');
    letThrough();
    await withinASecond(bill.paymentBanner);
  });
});

browserTest('what could not be read is read again', { allow: [/503/] }, async ({ page, portal }) => {
  const bill = billing(page);
  await enter(page);
  await bill.open();
  await page.route(TENANT, (route) => route.fulfill({ status: 503 }), { times: 2 });
  await stays(page, async () => {
    await become({ page, portal }, 'past_due', 'active');
    await frame(page).note('Updates are delayed').waitFor();
    await bill.badge.filter({ hasText: 'Active' }).waitFor();
    await frame(page).note('Updates are delayed').waitFor({ state: 'detached' });
  });
});

browserTest('an answer that comes late does not replace a newer one', {}, async ({ page, portal }) => {
  const bill = billing(page);
  await enter(page);
  await bill.open();
  const late = async (route) => {
    const answer = await route.fetch();
    await setTimeout(2_000);
    await route.fulfill({ response: answer });
  };
  await page.route(TENANT, late, { times: 1 });
  await stays(page, async () => {
    await become({ page, portal }, 'active', 'past_due');
    await setTimeout(500);
    await become({ page, portal }, 'past_due', 'active');
    await setTimeout(2_500);
    await withinASecond(bill.badge.filter({ hasText: 'Active' }));
  });
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
    // The first attempt to reconnect has failed by then.
    await setTimeout(1_500);
    const { data: [subscription] } = await portal.stripe('GET', 'subscriptions');
    await portal.setStatus(subscription.id, 'unpaid');
    await page.context().setOffline(false);
    await bill.unpaidBanner.waitFor({ timeout: 3_000 });
    await frame(page).note('You are offline').waitFor({ state: 'detached' });
  });
});

browserTest('the session is over: the page leads to the sign-in', { allow: [/401/] }, async ({ page }) => {
  await enter(page);
  await billing(page).open();
  await signOutEverywhere(page);
  await page.waitForURL('**/login?next=*');
});
