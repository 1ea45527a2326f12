// Stripe's hosted pages, as the sandbox serves them: Checkout, the invoice, the Billing Portal.
// Together with pages.mjs, this has every selector of the tests.

import { OWNER } from './portal.mjs';
import { ready } from './pages.mjs';

/** A test card that Stripe accepts. */
const GOOD_CARD = '4242 4242 4242 4242';

/** Pays in the hosted Checkout with this card, and returns to the portal. */
export async function payInCheckout(page, { sandbox, url }, card = GOOD_CARD) {
  await page.waitForURL(`${sandbox}/**`);
  await fillCard(page, card);
  await page.getByRole('button', { name: /^(Start trial|Pay and subscribe)$/ }).click();
  await page.waitForURL(`${url}/billing**`);
  await ready(page);
}

async function fillCard(page, card = GOOD_CARD) {
  const field = (name) => page.locator(`input[autocomplete~="${name}"]`);
  // Stripe leaves the email out, or locks it, if the customer has one.
  const email = field('email');
  if ((await email.count()) > 0 && (await email.isEditable())) await email.fill(OWNER.email);
  await field('cc-number').fill(card);
  await field('cc-exp').fill('12 / 40');
  await field('cc-csc').fill('123');
  await field('cc-name').fill('Olivia Owner');
}

/** The hosted Checkout's order, with codes and taxes enabled. */
export function orderInCheckout(page) {
  const order = page.getByRole('region', { name: 'Order' });
  return {
    enterCode: async (code) => {
      await order.getByLabel('Promotion code').fill(code);
      await order.getByRole('button', { name: 'Apply' }).click();
    },
    /** The address decides the tax, which is shown once the form is sent. */
    address: async (country, postalCode) => {
      await fillCard(page);
      await page.locator('[autocomplete~="country"]').selectOption(country);
      await page.locator('[autocomplete~="postal-code"]').fill(postalCode);
      await page.getByRole('button', { name: 'Start trial' }).click();
    },
    says: (text) => order.getByText(text).first().waitFor(),
  };
}

/** Pays the hosted invoice in its own tab, and approves the payment at the bank. */
export async function approveOnInvoice(page, link) {
  const opened = page.waitForEvent('popup');
  await link.click();
  const invoice = await opened;
  await invoice.getByRole('button', { name: /^Pay / }).click();
  await invoice.getByRole('button', { name: 'Approve' }).click();
  await invoice.getByText('Paid', { exact: true }).first().waitFor();
  await invoice.close();
}

/** Cancels at the period's end in the hosted Billing Portal, and returns to the portal. */
export async function cancelInBillingPortal(page, { sandbox, url }) {
  await page.waitForURL(`${sandbox}/**`);
  await page.getByRole('link', { name: 'Cancel plan' }).click();
  await page.getByRole('button', { name: 'Cancel plan' }).click();
  await page.getByText('Cancels on').waitFor();
  await page.getByRole('link', { name: 'Back' }).click();
  await page.waitForURL(`${url}/billing**`);
  await ready(page);
}
