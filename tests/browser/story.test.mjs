// The main job, end to end: subscribe, hire, add a seat, cancel, and see the agents turned off.

import assert from 'node:assert/strict';
import { tenantOnce } from './api.mjs';
import { setup } from './harness.mjs';
import { cancelInBillingPortal, payInCheckout } from './hosted.mjs';
import { agents, billing, ready, signIn } from './pages.mjs';

const DAY = 24 * 60 * 60;

const browserTest = setup();

browserTest('an operator subscribes, adds a seat, cancels, and the agents stop', {}, async ({ page, portal }) => {
  const bill = billing(page);
  const team = agents(page);

  // No subscription yet: gray, with the trial on offer.
  await signIn(page);
  await shows(bill.badge, 'gray', /^No subscription$/);
  await bill.offer.waitFor();
  assert.match(await bill.card.innerText(), /\$49\/agent\/month/);

  // Three agents, through the hosted Checkout.
  await bill.more.click();
  await bill.more.click();
  await bill.sum.filter({ hasText: '$147.00' }).waitFor();
  assert.equal(await bill.count.inputValue(), '3');
  await bill.subscribe.click();

  // After leaving with the browser's Back, the number is still there.
  await page.waitForURL(`${portal.sandbox}/**`);
  await page.goBack();
  await page.reload();
  await ready(page);
  assert.equal(await bill.count.inputValue(), '3');
  await bill.subscribe.click();
  await payInCheckout(page, portal);

  // Back from Checkout: confirmed, and in the trial.
  await bill.toast('Subscription confirmed').waitFor();
  await shows(bill.badge, 'blue', /^Trial ends \d{1,2} \w+ \d{4}$/);
  assert.match(await bill.usage.innerText(), /0 of 3/);
  assert.equal(new URL(page.url()).searchParams.get('session_id'), null);

  await team.open();
  for (const name of ['Ada', 'Grace', 'Edsger']) await team.create(name);
  await team.usage('3 of 3 in use').waitFor();

  // A fourth seat: free in the trial, after a confirmation.
  await bill.open();
  await bill.more.click();
  await bill.sum.filter({ hasText: '$196.00' }).waitFor();
  await bill.confirm.click();
  await bill.toast('You now have 4 seats').waitFor();
  await bill.usage.filter({ hasText: '3 of 4' }).waitFor();

  // Cancelled in the hosted Billing Portal: the agents work until the trial's end.
  await bill.manage.click();
  await cancelInBillingPortal(page, portal);
  await shows(bill.badge, 'blue', /^Trial ends/);
  await page.reload();
  await bill.ending.waitFor();
  await bill.resume.waitFor();

  // Past the trial's end: over, and the agents are off.
  await portal.advance(15 * DAY);
  const tenant = await tenantOnce(page, 'canceled');
  assert.equal(tenant.agents_active, 0);
  await bill.open();
  await shows(bill.badge, 'red', /^Canceled$/);
  await bill.resubscribe.waitFor();
  assert.equal(await bill.offer.count(), 0, 'a second trial is on offer');

  await team.open();
  await team.turnedOffByBilling.nth(2).waitFor();
  assert.equal(await team.turnedOffByBilling.count(), 3);
});

async function shows(badge, tone, text) {
  await badge.and(badge.page().locator(`[data-tone="${tone}"]`)).waitFor();
  assert.match(await badge.innerText(), text);
}
