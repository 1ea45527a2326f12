// The pages as a person sees them: what is on them and what one can do there. Every selector of the
// tests is here.

import assert from 'node:assert/strict';
import { OWNER } from './portal.mjs';

/** A test card that Stripe accepts. */
export const GOOD_CARD = '4242 4242 4242 4242';

/** Opens a page of the portal, and waits until its controls work. */
export async function open(page, path) {
  const answer = await page.goto(path);
  assert.equal(answer.status(), 200, `GET ${path}`);
  await ready(page);
}

/** Waits until the browser has taken the page over from the server. */
export function ready(page) {
  return page.locator('[data-ready="true"]').waitFor({ state: 'attached' });
}

export async function signIn(page, { email, password } = OWNER) {
  await page.goto('/login');
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL('**/billing*');
  await ready(page);
}

/** /billing. */
export function billing(page) {
  const button = (name) => page.getByRole('button', { name, exact: true });
  return {
    open: () => open(page, '/billing'),
    badge: page.getByTestId('badge'),
    card: page.getByRole('region', { name: 'AI Employee Plan' }),
    offer: page.getByText('14-day free trial'),
    usage: page.getByTestId('usage'),
    more: button('One agent more'),
    fewer: button('One agent fewer'),
    count: page.getByRole('spinbutton'),
    sum: page.getByTestId('sum'),
    quote: page.getByTestId('quote'),
    error: page.getByRole('alert'),
    confirm: button('Confirm'),
    subscribe: button('Subscribe'),
    resubscribe: button('Resubscribe'),
    manage: button('Manage Billing'),
    // In the card; while a payment is due there is one in the banner too.
    updatePayment: button('Update Payment'),
    resume: button('Resume'),
    cancel: async (when) => {
      await button('Cancel subscription').click();
      if (when) await page.getByRole('radio', { name: when }).check();
      await button('End the subscription').click();
    },
    confirming: page.getByRole('region', { name: 'Confirming your subscription…' }),
    invoice: page.getByRole('link', { name: 'Open the invoice' }),
    next: page.getByTestId('next-charge'),
    paymentBanner: page.getByRole('region', { name: 'Payment required' }),
    unpaidBanner: page.getByRole('region', { name: 'Agents are off' }),
    ending: page.getByText(/^Cancels on \d/),
    toast: (text) => page.locator('.toast').filter({ hasText: text }),
  };
}

/** /agents. */
export function agents(page) {
  return {
    open: () => open(page, '/agents'),
    usage: (text) => page.getByRole('status').filter({ hasText: text }),
    rows: page.getByRole('listitem'),
    turnedOffByBilling: page.getByRole('listitem').filter({ hasText: 'Turned off by billing' }),
    create: async (name) => {
      await page.getByLabel('Name', { exact: true }).fill(name);
      await page.getByRole('button', { name: 'Create agent' }).click();
      await page.getByRole('listitem').filter({ hasText: name }).waitFor();
    },
  };
}

/** /activity: what is told there, the newest first. */
export function activity(page) {
  return {
    open: () => open(page, '/activity'),
    told: () => page.locator('.timeline strong').allInnerTexts(),
  };
}

/** The hosted Checkout: pays with this card, and comes back to the portal. */
export async function payInCheckout(page, { sandbox, url }, card = GOOD_CARD) {
  await page.waitForURL(`${sandbox}/**`);
  await fillCard(page, card);
  await page.getByRole('button', { name: /^(Start trial|Pay and subscribe)$/ }).click();
  await page.waitForURL(`${url}/billing**`);
  await ready(page);
}

async function fillCard(page, card = GOOD_CARD) {
  const field = (name) => page.locator(`input[autocomplete~="${name}"]`);
  // Stripe leaves the email out, or locked, where the customer has one.
  const email = field('email');
  if ((await email.count()) > 0 && (await email.isEditable())) await email.fill(OWNER.email);
  await field('cc-number').fill(card);
  await field('cc-exp').fill('12 / 40');
  await field('cc-csc').fill('123');
  await field('cc-name').fill('Olivia Owner');
}

/** The hosted Checkout's order, where codes and taxes are switched on. */
export function orderInCheckout(page) {
  const order = page.getByRole('region', { name: 'Order' });
  return {
    enterCode: async (code) => {
      await order.getByLabel('Promotion code').fill(code);
      await order.getByRole('button', { name: 'Apply' }).click();
    },
    /** The address decides the tax, which is shown once it is sent. */
    address: async (country, postalCode) => {
      await fillCard(page);
      await page.locator('[autocomplete~="country"]').selectOption(country);
      await page.locator('[autocomplete~="postal-code"]').fill(postalCode);
      await page.getByRole('button', { name: 'Start trial' }).click();
    },
    says: (text) => order.getByText(text).first().waitFor(),
  };
}

/** The hosted invoice in a tab of its own: pays it, and tells the bank that it is right. */
export async function approveOnInvoice(page, link) {
  const opened = page.waitForEvent('popup');
  await link.click();
  const invoice = await opened;
  await invoice.getByRole('button', { name: /^Pay / }).click();
  await invoice.getByRole('button', { name: 'Approve' }).click();
  await invoice.getByText('Paid', { exact: true }).first().waitFor();
  await invoice.close();
}

/** The hosted Billing Portal: cancels at the period's end, and comes back to the portal. */
export async function cancelInBillingPortal(page, { sandbox, url }) {
  await page.waitForURL(`${sandbox}/**`);
  await page.getByRole('link', { name: 'Cancel plan' }).click();
  await page.getByRole('button', { name: 'Cancel plan' }).click();
  await page.getByText('Cancels on').waitFor();
  await page.getByRole('link', { name: 'Back' }).click();
  await page.waitForURL(`${url}/billing**`);
  await ready(page);
}
