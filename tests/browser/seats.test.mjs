// Changing the number of seats: the exact amount first, then the charge.

import assert from 'node:assert/strict';
import { invoices, agentList, tenantOnce } from './api.mjs';
import { setup } from './harness.mjs';
import { approveOnInvoice, payInCheckout } from './hosted.mjs';
import { agents, billing, signIn } from './pages.mjs';

const DAY = 24 * 60 * 60;
/** As long as names may be, without a place to break. */
const LONG_NAME = 'Edsger'.padEnd(80, 'W');

const browserTest = setup();

browserTest('in a paid month, more seats cost what was shown, and fewer are credited', {}, async ({ page, portal }) => {
  const bill = billing(page);
  await signIn(page);
  await bill.subscribe.click();
  await payInCheckout(page, portal);
  await tenantOnce(page, 'trialing');
  await portal.advance(24 * DAY);
  await tenantOnce(page, 'active');
  await bill.open();

  // Three clicks make one quote and one charge.
  for (let click = 0; click < 3; click += 1) await bill.more.click();
  await bill.quote.filter({ hasText: /^\$\d+\.\d\d today, then \$196\.00 a month$/ }).waitFor();
  const [, shown] = (await bill.quote.innerText()).match(/^\$([\d.]+)/);
  await bill.confirm.click();
  await bill.toast('You now have 4 seats').waitFor();
  assert.equal((await invoices(page))[0].total.amount, Math.round(Number(shown) * 100));

  await bill.fewer.click();
  await bill.quote.filter({ hasText: /^Nothing today, then \$147\.00 a month$/ }).waitFor();
  await page.getByText(/^\$\d+\.\d\d for the time not used comes off your next invoices, from \d+ \w+ \d{4} on\.$/).waitFor();
  await bill.confirm.click();
  await bill.toast('You now have 3 seats').waitFor();
});

browserTest('with fewer seats than agents in use, the operator chooses who is turned off', {}, async ({ page }) => {
  const bill = billing(page);
  const team = agents(page);
  await signIn(page);
  await team.open();
  for (const name of ['Ada', 'Grace', LONG_NAME]) await team.create(name);
  await team.usage('3 of 3 in use').waitFor();

  // The newest agent is checked at first; Ada goes instead.
  await bill.open();
  await bill.fewer.click();
  await bill.leaver('Edsger').and(page.locator(':checked')).waitFor();
  const screen = page.viewportSize();
  await page.setViewportSize({ ...screen, width: 320 });
  const tooWide = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(await tooWide() <= 0, 'the page is wider than the screen');
  await page.setViewportSize(screen);
  await bill.leaver('Edsger').uncheck();
  await bill.quote.waitFor();
  assert.equal(await bill.confirm.isDisabled(), true);
  await bill.leaver('Ada').check();
  await bill.confirm.click();
  await bill.toast('You now have 2 seats').waitFor();
  await team.open();
  await team.turnedOffByBilling.waitFor();
  assert.deepEqual((await agentList(page)).map(({ name, active }) => [name, active]), [
    ['Ada', false], ['Grace', true], [LONG_NAME, true],
  ]);
});

browserTest('what is being bought can not be taken back by a press', {}, async ({ page }) => {
  const bill = billing(page);
  await signIn(page);
  const { agent_quota: before } = await tenantOnce(page, 'active');
  let answer;
  const held = new Promise((resolve) => { answer = resolve; });
  await page.route('**/billing/quantity', async (route) => {
    await held;
    await route.continue();
  });
  await bill.more.click();
  await bill.quote.waitFor();
  await bill.confirm.click();
  await bill.keep.and(page.locator('[aria-disabled="true"]')).waitFor();
  assert.deepEqual([await bill.more.isDisabled(), await bill.count.isDisabled()], [true, true]);
  await bill.keep.click({ force: true });
  await bill.quote.waitFor();
  answer();
  await bill.toast(`You now have ${before + 1} seats`).waitFor();
  await bill.fewer.click();
  await bill.quote.waitFor();
  await bill.confirm.click();
  await bill.toast(`You now have ${before} seats`).waitFor();
});

browserTest('a declined card adds no seats and says what to do', { allow: [/\/billing\/quantity/] }, async ({ page, portal }) => {
  const bill = billing(page);
  await signIn(page);
  const tenant = await tenantOnce(page, 'active');
  await portal.giveCard(tenant, 'pm_card_chargeCustomerFail');
  await spend(portal, tenant);
  await bill.open();
  await bill.more.click();
  await bill.quote.waitFor();
  await bill.confirm.click();
  await bill.error.filter({ hasText: /Your card was declined.*Update your card/ }).waitFor();
  assert.equal((await tenantOnce(page, 'active')).agent_quota, 2);
  // The user can try again right there.
  await bill.quote.waitFor();
  await bill.confirm.and(page.locator(':focus:not([aria-disabled])')).waitFor();
});

browserTest('a bank that asks for the customer is answered on the invoice, and the seats come', { allow: [/\/billing\/quantity/, /402/] }, async ({ page, portal }) => {
  const bill = billing(page);
  await signIn(page);
  const tenant = await tenantOnce(page, 'active');
  await portal.giveCard(tenant, 'pm_card_authenticationRequired');
  await spend(portal, tenant);
  await bill.open();
  await bill.next.filter({ hasText: /^Next: -?\$\d+\.\d\d on \d+ \w+ \d{4}$/ }).waitFor();
  await bill.more.click();
  await bill.quote.waitFor();
  await bill.confirm.click();
  await bill.error.filter({ hasText: /Your bank wants you to confirm this payment/ }).waitFor();
  assert.equal((await tenantOnce(page, 'active')).agent_quota, 2);

  await approveOnInvoice(page, bill.invoice);
  await bill.usage.filter({ hasText: '3 of 3' }).waitFor();
  assert.equal(await bill.error.count(), 0);

  // It is still found among the invoices later.
  await bill.more.click();
  await bill.quote.waitFor();
  await bill.confirm.click();
  await bill.error.waitFor();
  await bill.open();
  await page.getByTestId('pending').getByText('The change to 4 seats waits for your bank').waitFor();
  const waiting = page.getByRole('row', { name: /For 4 seats, once paid/ });
  await bill.fewer.click();
  await page.getByText('Your change to 4 seats still waits for your bank: this takes its place.').waitFor();
  await bill.more.click();
  await approveOnInvoice(page, waiting.getByRole('link', { name: /^Pay invoice/ }));
  await bill.usage.filter({ hasText: 'of 4' }).waitFor();
  await waiting.waitFor({ state: 'detached' });
  await page.getByTestId('pending').waitFor({ state: 'detached' });

  // Withdrawn, it leaves nothing behind that asks for its payment.
  await bill.more.click();
  await bill.quote.waitFor();
  await bill.confirm.click();
  await bill.error.waitFor();
  await page.getByRole('button', { name: 'Withdraw the change' }).click();
  await page.getByTestId('pending').waitFor({ state: 'detached' });
  await bill.error.waitFor({ state: 'detached' });
  await bill.confirm.and(page.locator(':not([aria-busy]):enabled')).waitFor();
});

/** Leaves the customer no credit, which would pay for more seats in place of the card. */
function spend(portal, { stripe_customer_id: customer }) {
  return portal.stripe('POST', `customers/${customer}`, { balance: 0 });
}
