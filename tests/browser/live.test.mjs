// Changes made elsewhere appear in the open page within a second, without a reload.

import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import { become, enter, subscribe, tenantOnce } from './api.mjs';
import { setup } from './harness.mjs';
import { until } from '../harness/binary.mjs';
import { agents, billing } from './pages.mjs';
import { stays, withinASecond } from './watch.mjs';

const DAY = 24 * 60 * 60;

const browserTest = setup();

// The tests of a file share its portal and run in order.
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

browserTest('a number that is being typed stays, whatever somebody else does', {}, async ({ page, portal }) => {
  const bill = billing(page);
  await enter(page);
  await bill.open();
  const { agent_quota: quota, stripe_subscription_id: id } = await tenantOnce(page, 'active');
  const { items } = await portal.stripe('GET', `subscriptions/${id}`);
  // What waits for an invoice would be part of the price.
  const sell = (quantity) =>
    portal.stripe('POST', `subscription_items/${items.data[0].id}`, { quantity, proration_behavior: 'none' });
  await bill.count.fill('9');
  const today = (text) => Number(text.match(/^\$([\d.]+) today, then \$441\.00 a month$/)[1]);
  const before = today(await bill.quote.innerText());
  await sell(quota + 1);
  await bill.usage.filter({ hasText: `of ${quota + 1}` }).waitFor();
  assert.equal(await bill.count.inputValue(), '9');
  await until('the price is that of fewer seats', 5_000, async () => today(await bill.quote.innerText()) < before);
  await bill.keep.click();
  await sell(quota);
  await bill.usage.filter({ hasText: `of ${quota}` }).waitFor();
  assert.equal(await bill.count.inputValue(), String(quota), 'nothing was typed');
});

browserTest('what the operator did is said, also where the change itself is here first', {}, async ({ page }) => {
  const bill = billing(page);
  await enter(page);
  // The answers come long after the feed has reported the change.
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
  await bill.toast('You now have 5 seats').waitFor();
});
