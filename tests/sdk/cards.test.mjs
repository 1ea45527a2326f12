// Cards without a page: payment methods and SetupIntents, as a server creates them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startSandbox, submit } from './sandbox.mjs';

const { stripe } = await startSandbox();

test('a card is made, attached, changed and taken off again', async () => {
  const customer = await stripe.customers.create();
  const made = await stripe.paymentMethods.create({
    type: 'card',
    card: { number: '5555555555554444', exp_month: 4, exp_year: 2040, cvc: '123' },
    billing_details: { name: 'Ada Owner', address: { country: 'CH' } },
  });
  assert.equal(made.customer, null);
  const attached = await stripe.paymentMethods.attach(made.id, { customer: customer.id });
  assert.equal(attached.customer, customer.id);
  await stripe.customers.update(customer.id, {
    invoice_settings: { default_payment_method: made.id },
  });
  const changed = await stripe.paymentMethods.update(made.id, {
    card: { exp_year: 2041 },
    metadata: { spare: 'yes' },
  });
  assert.equal(changed.card.exp_year, 2041);
  const owned = await stripe.customers.listPaymentMethods(customer.id, { type: 'card' });
  assert.deepEqual(owned.data.map(({ id }) => id), [made.id]);

  assert.equal((await stripe.paymentMethods.detach(made.id)).customer, null);
  const { invoice_settings } = await stripe.customers.retrieve(customer.id);
  assert.equal(invoice_settings.default_payment_method, null);
});

test('a customer starts with a ready-made card as its default', async () => {
  const customer = await stripe.customers.create({
    payment_method: 'pm_card_visa',
    invoice_settings: { default_payment_method: 'pm_card_visa' },
    expand: ['invoice_settings.default_payment_method'],
  });
  assert.equal(customer.invoice_settings.default_payment_method.card.last4, '4242');
});

test('a SetupIntent saves a card, after 3-D Secure where the bank asks', async () => {
  const customer = await stripe.customers.create();
  const intent = await stripe.setupIntents.create({ customer: customer.id, usage: 'off_session' });
  assert.equal(intent.status, 'requires_payment_method');
  await stripe.setupIntents.update(intent.id, { description: 'For renewals' });
  const waiting = await stripe.setupIntents.confirm(intent.id, {
    payment_method: 'pm_card_authenticationRequiredOnSetup',
    return_url: 'http://127.0.0.1/saved',
  });
  assert.equal(waiting.status, 'requires_action');
  const back = new URL(await submit(waiting.next_action.redirect_to_url.url, { result: 'approve' }));
  assert.equal(back.searchParams.get('setup_intent'), intent.id);
  const done = await stripe.setupIntents.retrieve(intent.id, { expand: ['payment_method'] });
  assert.equal(done.status, 'succeeded');
  assert.equal(done.payment_method.customer, customer.id);

  const idle = await stripe.setupIntents.create();
  assert.equal((await stripe.setupIntents.cancel(idle.id)).status, 'canceled');
});
