// Errors arrive as the SDK's own error classes, with the fields a program branches on.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startSandbox, subscribe } from './sandbox.mjs';

const { stripe, client } = await startSandbox();

test('an id that names nothing is resource_missing, with its parameter', async () => {
  const missing = { type: 'StripeInvalidRequestError', code: 'resource_missing' };
  await assert.rejects(stripe.customers.retrieve('cus_none'), { ...missing, statusCode: 404, param: 'id' });
  await assert.rejects(
    stripe.billingPortal.sessions.create({ customer: 'cus_none' }),
    { ...missing, statusCode: 400, param: 'customer' },
  );
  await assert.rejects(stripe.subscriptions.retrieve('sub_none'), (error) => {
    assert.match(error.requestId, /^req_/);
    assert.match(error.message, /^No such subscription: 'sub_none'/);
    return true;
  });
});

test('parameters that are missing, unknown or no number are named', async () => {
  const wrong = { type: 'StripeInvalidRequestError', statusCode: 400 };
  await assert.rejects(
    stripe.checkout.sessions.create({}),
    { ...wrong, code: 'parameter_missing', param: 'mode' },
  );
  await assert.rejects(
    stripe.customers.create({ favourite_colour: 'green' }),
    { ...wrong, code: 'parameter_unknown', param: 'favourite_colour' },
  );
  await assert.rejects(
    stripe.customers.create({ balance: 'much' }),
    { ...wrong, code: 'parameter_invalid_integer', param: 'balance' },
  );
});

test('a refused card is a StripeCardError with its decline code', async () => {
  const customer = await stripe.customers.create();
  const attach = (card) => stripe.paymentMethods.attach(card, { customer: customer.id });
  const card = { type: 'StripeCardError', statusCode: 402 };
  await assert.rejects(
    attach('pm_card_visa_chargeDeclinedInsufficientFunds'),
    { ...card, code: 'card_declined', decline_code: 'insufficient_funds' },
  );
  await assert.rejects(attach('pm_card_chargeDeclinedExpiredCard'), { ...card, code: 'expired_card' });
  await assert.rejects(
    stripe.setupIntents.create({
      customer: customer.id,
      payment_method: 'pm_card_visa_chargeDeclined',
      confirm: true,
    }),
    (error) => {
      assert.equal(error.decline_code, 'generic_decline');
      assert.equal(error.setup_intent.status, 'requires_payment_method');
      assert.equal(error.payment_method.card.last4, '0002');
      return true;
    },
  );
});

test('a key that is none of the sandbox\'s is a StripeAuthenticationError', async () => {
  const refused = { type: 'StripeAuthenticationError', statusCode: 401 };
  await assert.rejects(client({ key: 'nonsense' }).customers.list(), refused);
  await assert.rejects(client({ key: 'sk_live_1234' }).customers.list(), refused);
});

test('an idempotency key used again for something else is a StripeIdempotencyError', async () => {
  const again = { idempotencyKey: 'sdk-key-1' };
  const first = await stripe.customers.create({ name: 'Ada' }, again);
  const replayed = await stripe.customers.create({ name: 'Ada' }, again);
  assert.equal(replayed.id, first.id);
  await assert.rejects(
    stripe.customers.create({ name: 'Grace' }, again),
    { type: 'StripeIdempotencyError', statusCode: 400 },
  );
});

test('expansion goes four levels deep and no deeper', async () => {
  const subscription = await subscribe(stripe);
  const { data } = await stripe.subscriptions.list({
    customer: subscription.customer,
    expand: ['data.latest_invoice.customer'],
  });
  assert.equal(data[0].latest_invoice.customer.id, subscription.customer);
  await stripe.customers.update(subscription.customer, {
    invoice_settings: { default_payment_method: subscription.default_payment_method },
  });
  const invoice = await stripe.invoices.retrieve(subscription.latest_invoice, {
    expand: ['customer.invoice_settings.default_payment_method.customer'],
  });
  const method = invoice.customer.invoice_settings.default_payment_method;
  assert.equal(method.card.last4, '4242');
  assert.equal(method.customer.id, subscription.customer);
  await assert.rejects(
    stripe.subscriptions.list({ expand: ['data.latest_invoice.customer.invoice_settings.default_payment_method'] }),
    { type: 'StripeInvalidRequestError', statusCode: 400 },
  );
  const before = await stripe.customers.list({ limit: 100 });
  await assert.rejects(
    stripe.customers.create({ expand: ['a.b.c.d.e'] }),
    { type: 'StripeInvalidRequestError', param: 'expand' },
  );
  assert.equal((await stripe.customers.list({ limit: 100 })).data.length, before.data.length);
  await assert.rejects(
    stripe.customers.list({ expand: ['data.email'] }),
    { type: 'StripeInvalidRequestError', statusCode: 400 },
  );
});

test('what the sandbox does not do is refused, not passed over', async () => {
  await assert.rejects(stripe.customers.search({ query: "email:'a@example.com'" }), (error) => {
    assert.equal(error.statusCode, 404);
    assert.match(error.message, /The Stripe sandbox has no such endpoint/);
    return true;
  });
  await assert.rejects(
    stripe.customers.create({ invoice_settings: { custom_fields: [{ name: 'a', value: 'b' }] } }),
    { statusCode: 400, param: 'invoice_settings[custom_fields]' },
  );
  const { id } = await stripe.customers.create();
  const [price] = (await stripe.prices.list()).data;
  const taxed = { customer: id, items: [{ price: price.id }], automatic_tax: { enabled: true } };
  await assert.rejects(stripe.subscriptions.create(taxed), { param: 'automatic_tax[enabled]' });
  const plain = await stripe.subscriptions.create({
    ...taxed,
    automatic_tax: { enabled: false },
    collection_method: 'charge_automatically',
  });
  assert.equal(plain.status, 'incomplete');
});

test('a refused price leaves no product behind', async () => {
  const products = () => stripe.products.list({ limit: 100 }).autoPagingToArray({ limit: 1_000 });
  const before = await products();
  await assert.rejects(
    stripe.prices.create({
      currency: 'usd',
      unit_amount: 1,
      lookup_key: 'ai_employee_monthly',
      product_data: { name: 'Left behind' },
    }),
    { param: 'lookup_key' },
  );
  assert.equal((await products()).length, before.length);
});
