// Failures and reversals: the return from Checkout while Stripe is slow, a cancellation taken back, a
// declined renewal until it is paid, an immediate end.

import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import { until } from '../harness/binary.mjs';
import { tenantOnce } from './api.mjs';
import { setup } from './harness.mjs';
import { payInCheckout } from './hosted.mjs';
import { activity, agents, billing, frame, signIn } from './pages.mjs';

const DAY = 24 * 60 * 60;

const browserTest = setup();

// The tests of a file share its portal and run in order.
browserTest('back from Checkout, a payment that Stripe has not settled is waited for', { allow: [/503/, /billing\/confirm/] }, async ({ page, portal }) => {
  const bill = billing(page);
  await signIn(page);
  // A session that is another tenant's or made up is not believed.
  await page.goto(`${portal.url}/billing?session_id=cs_test_someone_else`);
  await bill.unconfirmed.waitFor();
  await bill.open();
  await bill.more.click();
  await bill.subscribe.click();
  await page.waitForURL(`${portal.sandbox}/**`);
  const open = await portal.stripe('GET', 'checkout/sessions', { status: 'open' });
  const session = open.data[0].id;

  // As if Stripe sent the customer back before it knew of the payment.
  const checkout = await page.context().newPage();
  await checkout.goto(page.url());
  await page.goto(`${portal.url}/billing?session_id=${session}`);
  await bill.confirming.waitFor();
  assert.doesNotMatch(await page.locator('main').innerText(), /could not be confirmed/);
  await payInCheckout(checkout, portal);
  await checkout.close();
  await bill.toast('Subscription confirmed').waitFor();
  assert.match(await bill.badge.innerText(), /^Trial ends/);

  // A subscribed tenant is not told to subscribe, whatever the address says.
  await page.goto(`${portal.url}/billing?session_id=cs_test_someone_else`);
  await bill.invoicesLoaded.waitFor();
  assert.equal(await bill.unconfirmed.count(), 0);
});

browserTest('a page that is left before its answer comes leaves the others working', {}, async ({ page }) => {
  const bill = billing(page);
  const team = agents(page);
  const around = frame(page);
  await signIn(page);
  const answered = [];
  await page.route('**/api/portal/**', async (route) => {
    if (route.request().method() !== 'POST') return route.continue();
    const answer = await route.fetch();
    await setTimeout(500);
    await route.fulfill({ response: answer });
    answered.push(new URL(route.request().url()).pathname);
  });
  for (const [press, path] of [[() => bill.refresh.click(), 'refresh'], [() => bill.cancel(), 'cancel']]) {
    await press();
    await around.go('Agents');
    await team.name.waitFor();
    await until('the answer is there', 5_000, async () => answered.some((one) => one.endsWith(path)));
    await around.go('Activity');
    await activity(page).times.first().waitFor();
    await around.go('Billing');
    await bill.refresh.waitFor();
  }
  await bill.ending.waitFor();
  await bill.resume.click();
  await bill.toast('Welcome back').waitFor();
});

browserTest('Stripe is read again, and that is said', {}, async ({ page }) => {
  const bill = billing(page);
  await signIn(page);
  await bill.refresh.click();
  await bill.toast('Up to date with Stripe').waitFor();
});

browserTest('a cancellation is scheduled by default and taken back', {}, async ({ page }) => {
  const bill = billing(page);
  await signIn(page);
  await bill.cancel();
  await bill.toast('Cancellation scheduled').waitFor();
  await bill.ending.waitFor();
  await bill.resume.click();
  await bill.toast('Welcome back').waitFor();
  assert.equal(await bill.ending.count(), 0);
});

browserTest('a declined renewal warns, then suspends, and a paid invoice brings the agents back', {}, async ({ page, portal }) => {
  const bill = billing(page);
  const team = agents(page);
  const timeline = activity(page);
  await signIn(page);
  await team.open();
  await team.create('Ada');
  await team.create('Grace');
  await team.turnOff('Grace').click();
  await team.usage('1 of 2 in use').waitFor();

  const tenant = await tenantOnce(page, 'trialing');
  await portal.giveCard(tenant, 'pm_card_chargeCustomerFail');
  await portal.retryPayments('3', 'unpaid');
  await portal.advance(16 * DAY);
  await tenantOnce(page, 'past_due');
  await bill.open();
  await bill.paymentBanner.waitFor();
  assert.equal((await tenantOnce(page, 'past_due')).agents_active, 1);
  for (const screen of [375, 720, 800, 1024]) {
    await page.setViewportSize({ width: screen, height: 720 });
    const [pay, all] = [await bill.pay.boundingBox(), await bill.allInvoices.boundingBox()];
    const inside = pay.x >= all.x && pay.x + pay.width <= all.x + all.width;
    assert.ok(inside, `the open invoice can be paid without scrolling sideways, ${screen} wide`);
  }

  // Stripe stops retrying.
  await portal.advance(4 * DAY);
  await tenantOnce(page, 'unpaid');
  await bill.open();
  await bill.unpaidBanner.waitFor();
  await team.open();
  await team.turnedOffByBilling.waitFor();

  // A good card pays what is open; Ada is turned back on, Grace stays off.
  await portal.giveCard(tenant, 'pm_card_visa');
  const invoices = await portal.stripe('GET', 'invoices', { status: 'open' });
  for (const invoice of invoices.data) await portal.stripe('POST', `invoices/${invoice.id}/pay`);
  await tenantOnce(page, 'active');
  await team.open();
  await team.usage('1 of 2 in use').waitFor();
  assert.equal(await team.turnedOffByBilling.count(), 0);

  await timeline.open();
  const told = await timeline.told();
  // The payment has an event of its own, which may come before or after.
  const states = told.filter((entry) => !/^Invoice .+ paid$/.test(entry));
  assert.deepEqual(states.slice(0, 2), ['Turned back on by billing: Ada', 'Status: Unpaid → Active']);
  assert.ok(told.includes('Turned off by billing: Ada'), told.join('\n'));
  assert.ok(told.includes('Cancellation taken back'), told.join('\n'));
});

browserTest('a cancellation that fails says why where one looks, and only there', { allow: [/503/] }, async ({ page }) => {
  const bill = billing(page);
  await signIn(page);
  await page.route('**/api/portal/billing/cancel', (route) =>
    route.fulfill({ status: 503, json: { error: { code: 'stripe_unavailable', message: '' } } }));
  await bill.cancel();
  const said = bill.error.filter({ hasText: 'Stripe can' });
  await bill.dialog.locator(said).waitFor();
  assert.equal(await said.count(), 1);
  await bill.keepIt.click();
  await bill.dialog.waitFor({ state: 'hidden' });
  await said.waitFor();
  await bill.askToCancel.click();
  await bill.dialog.waitFor();
  await said.waitFor({ state: 'detached' });
});

browserTest('an end at once turns the agents off at once', {}, async ({ page }) => {
  const bill = billing(page);
  await signIn(page);
  await tenantOnce(page, 'active');
  await bill.cancel('Now');
  await bill.toast('The subscription has ended').waitFor();
  assert.match(await bill.badge.innerText(), /^Canceled$/);
  assert.equal((await tenantOnce(page, 'canceled')).agents_active, 0);
});
