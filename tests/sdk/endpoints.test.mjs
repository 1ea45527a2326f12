// Every endpoint of the sandbox's route table is called through the SDK, and answers.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../harness/binary.mjs';
import { checkout, startSandbox, submit, subscribe } from './sandbox.mjs';

const { stripe } = await startSandbox();
const called = [];
stripe.on('response', ({ method, path, status }) => {
  if (status === 200) called.push(`${method} ${path.split('?')[0]}`);
});

/** Retrieves, updates and lists an object: the most that any kind supports besides creation. */
async function walk(resource, id, change) {
  assert.equal((await resource.retrieve(id)).id, id);
  if (change) assert.equal((await resource.update(id, change)).id, id);
  const { object, data } = await resource.list({ limit: 100 });
  assert.equal(object, 'list');
  assert.ok(data.some((row) => row.id === id), `${id} is not listed`);
}

const note = { metadata: { note: 'seen' } };

test('products and prices', async () => {
  const product = await stripe.products.create({ name: 'Robot' });
  await walk(stripe.products, product.id, { description: 'It works' });
  const price = await stripe.prices.create({ product: product.id, currency: 'usd', unit_amount: 100 });
  await walk(stripe.prices, price.id, note);
  await assert.rejects(stripe.products.del(product.id), { type: 'StripeInvalidRequestError' });
  const unsold = await stripe.products.create({ name: 'Nobody wants it' });
  assert.equal((await stripe.products.del(unsold.id)).deleted, true);
});

test('coupons and promotion codes', async () => {
  const coupon = await stripe.coupons.create({ percent_off: 20, duration: 'repeating', duration_in_months: 3 });
  await walk(stripe.coupons, coupon.id, { name: 'Friends' });
  const code = await stripe.promotionCodes.create({ promotion: { type: 'coupon', coupon: coupon.id }, code: 'WELCOME20' });
  await walk(stripe.promotionCodes, code.id, note);
  const found = await stripe.promotionCodes.list({ code: 'WELCOME20', active: true, expand: ['data.promotion.coupon'] });
  assert.equal(found.data[0].promotion.coupon.percent_off, 20);

  const { id } = await subscribe(stripe);
  const discounts = [{ promotion_code: code.id }];
  const preview = await stripe.invoices.createPreview({ subscription: id, discounts });
  assert.equal(preview.total, preview.subtotal * 0.8);
  const cheaper = await stripe.subscriptions.update(id, { discounts, expand: ['discounts'] });
  assert.equal(cheaper.discounts[0].source.coupon, coupon.id);
  assert.equal((await stripe.promotionCodes.update(code.id, { active: false })).active, false);
  assert.equal((await stripe.coupons.del(coupon.id)).deleted, true);
});

test('automatic tax', async () => {
  const price = (await stripe.prices.list({ lookup_keys: ['ai_employee_monthly'] })).data[0].id;
  const taxed = { items: [{ price }], automatic_tax: { enabled: true }, expand: ['latest_invoice'] };
  const nowhere = await stripe.customers.create({ payment_method: 'pm_card_visa' });
  await assert.rejects(stripe.subscriptions.create({ customer: nowhere.id, ...taxed }), {
    code: 'customer_tax_location_invalid',
  });
  const customer = await stripe.customers.create({ payment_method: 'pm_card_visa', address: { country: 'DE' } });
  const [method] = (await stripe.customers.listPaymentMethods(customer.id)).data;
  const { latest_invoice: invoice } = await stripe.subscriptions.create({
    customer: customer.id,
    default_payment_method: method.id,
    ...taxed,
  });
  assert.equal(invoice.total_taxes[0].amount, 931);
  assert.equal(invoice.amount_paid, 5_831);
});

test('customers and their cards', async () => {
  const customer = await stripe.customers.create({ payment_method: 'pm_card_visa' });
  await walk(stripe.customers, customer.id, note);
  const [method] = (await stripe.customers.listPaymentMethods(customer.id)).data;
  assert.equal((await stripe.paymentMethods.retrieve(method.id)).id, method.id);
  assert.equal((await stripe.paymentMethods.update(method.id, note)).metadata.note, 'seen');
  const { data } = await stripe.paymentMethods.list({ customer: customer.id, type: 'card' });
  assert.deepEqual(data.map(({ id }) => id), [method.id]);
  await stripe.paymentMethods.detach(method.id);
  const made = await stripe.paymentMethods.create({ type: 'card', card: { token: 'tok_amex' } });
  await stripe.paymentMethods.attach(made.id, { customer: customer.id });
  assert.equal((await stripe.customers.del(customer.id)).deleted, true);
  assert.equal((await stripe.customers.retrieve(customer.id)).deleted, true);
});

test('setup intents', async () => {
  const intent = await stripe.setupIntents.create({ payment_method: 'pm_card_visa' });
  await walk(stripe.setupIntents, intent.id, note);
  assert.equal((await stripe.setupIntents.confirm(intent.id)).status, 'succeeded');
  const idle = await stripe.setupIntents.create();
  assert.equal((await stripe.setupIntents.cancel(idle.id)).status, 'canceled');
});

test('checkout sessions', async () => {
  const customer = await stripe.customers.create();
  const session = await checkout(stripe, customer, 2);
  await walk(stripe.checkout.sessions, session.id, note);
  assert.equal((await stripe.checkout.sessions.listLineItems(session.id)).data[0].quantity, 2);
  assert.equal((await stripe.checkout.sessions.expire(session.id)).status, 'expired');
});

test('the billing portal', async () => {
  const customer = await stripe.customers.create();
  const session = await stripe.billingPortal.sessions.create({
    customer: customer.id,
    return_url: 'http://127.0.0.1/billing',
  });
  assert.match(session.url, /\/p\/session\//);
  const configuration = await stripe.billingPortal.configurations.create({
    features: { invoice_history: { enabled: true } },
  });
  await walk(stripe.billingPortal.configurations, configuration.id, note);
});

test('subscriptions, their items and their invoices', async () => {
  const subscription = await subscribe(stripe);
  await walk(stripe.subscriptions, subscription.id, note);
  const [item] = subscription.items.data;
  assert.equal((await stripe.subscriptionItems.retrieve(item.id)).id, item.id);
  assert.equal((await stripe.subscriptionItems.update(item.id, { quantity: 3 })).quantity, 3);
  const items = await stripe.subscriptionItems.list({ subscription: subscription.id });
  assert.deepEqual(items.data.map(({ id }) => id), [item.id]);
  const recurring = { interval: 'month' };
  const support = { currency: 'usd', unit_amount: 9_900, recurring, product_data: { name: 'Support' } };
  const { id: price } = await stripe.prices.create(support);
  const added = await stripe.subscriptionItems.create({ subscription: subscription.id, price });
  assert.equal(added.price.id, price);

  const preview = await stripe.invoices.createPreview({ subscription: subscription.id });
  assert.equal(preview.status, 'draft');
  const ending = await subscribe(stripe);
  await stripe.subscriptions.update(ending.id, { cancel_at_period_end: true });
  await assert.rejects(stripe.invoices.createPreview({ customer: ending.customer, subscription: ending.id }), {
    code: 'invoice_upcoming_none',
  });
  const trial = await subscribe(stripe, { trial: true, card: '4000000000000341' });
  const declined = await stripe.subscriptions.update(trial.id, { trial_end: 'now' });
  assert.equal(declined.status, 'past_due');
  await walk(stripe.invoices, declined.latest_invoice);
  const lines = await stripe.invoices.listLineItems(declined.latest_invoice);
  assert.equal(lines.data.at(-1).amount, 9_800);
  const card = await stripe.paymentMethods.attach('pm_card_visa', { customer: declined.customer });
  await stripe.subscriptions.update(trial.id, { default_payment_method: card.id });
  assert.equal((await stripe.invoices.pay(declined.latest_invoice)).status, 'paid');
  assert.equal((await stripe.subscriptions.retrieve(trial.id)).status, 'active');
  assert.equal((await stripe.subscriptions.cancel(trial.id)).status, 'canceled');
});

test('subscriptions without Checkout', async () => {
  const price = (await stripe.prices.list({ lookup_keys: ['ai_employee_monthly'] })).data[0].id;
  const customer = await stripe.customers.create({
    payment_method: 'pm_card_visa',
    invoice_settings: { default_payment_method: 'pm_card_visa' },
  });
  const active = await stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price, quantity: 2 }],
    expand: ['latest_invoice.payments'],
  });
  assert.equal(active.status, 'active');

  const nobody = await stripe.customers.create();
  const waiting = await stripe.subscriptions.create({
    customer: nobody.id,
    items: [{ price }],
    payment_behavior: 'default_incomplete',
  });
  assert.equal(waiting.status, 'incomplete');
  assert.equal((await stripe.invoices.voidInvoice(waiting.latest_invoice)).status, 'void');
  await assert.rejects(stripe.subscriptions.resume(active.id), { type: 'StripeInvalidRequestError' });
});

test('payments, refunds and credit notes', async () => {
  const { latest_invoice: id } = await subscribe(stripe, { quantity: 3 });
  assert.equal((await stripe.invoices.update(id, note)).metadata.note, 'seen');
  const paid = await stripe.invoices.retrieve(id, { expand: ['payments'] });
  const intent = paid.payments.data[0].payment.payment_intent;
  assert.equal((await stripe.paymentIntents.retrieve(intent)).amount_received, 14_700);
  assert.equal((await stripe.paymentIntents.update(intent, note)).metadata.note, 'seen');
  const { data } = await stripe.charges.list({ payment_intent: intent });
  assert.equal((await stripe.charges.retrieve(data[0].id)).paid, true);

  const refund = await stripe.refunds.create({ payment_intent: intent, amount: 4_900 });
  await walk(stripe.refunds, refund.id);
  const credit = await stripe.creditNotes.create({ invoice: id, amount: 9_800, refund_amount: 9_800 });
  await walk(stripe.creditNotes, credit.id);
  await assert.rejects(
    stripe.refunds.create({ payment_intent: intent }),
    { code: 'charge_already_refunded' },
  );
});

test('events and webhook endpoints', async () => {
  const [event] = (await stripe.events.list({ type: 'customer.created' })).data;
  await walk(stripe.events, event.id);
  const endpoint = await stripe.webhookEndpoints.create({
    url: 'http://127.0.0.1:9/nobody',
    enabled_events: ['product.deleted'],
  });
  await walk(stripe.webhookEndpoints, endpoint.id, { description: 'Nobody listens' });
  assert.equal((await stripe.webhookEndpoints.del(endpoint.id)).deleted, true);
});

test('test clocks, and what only time brings about', async () => {
  const now = Math.floor(Date.now() / 1000);
  const clock = await stripe.testHelpers.testClocks.create({ frozen_time: now + 60 });
  await walk(stripe.testHelpers.testClocks, clock.id);
  const customer = await stripe.customers.create();
  const session = await checkout(stripe, customer, 1, {
    payment_method_collection: 'if_required',
    subscription_data: {
      trial_period_days: 3,
      trial_settings: { end_behavior: { missing_payment_method: 'pause' } },
    },
  });
  await submit(session.url, { email: 'ada@example.com' });
  const [{ id, trial_end }] = (await stripe.subscriptions.list({ customer: customer.id })).data;
  await stripe.testHelpers.testClocks.advance(clock.id, { frozen_time: trial_end + 60 });
  assert.equal((await stripe.subscriptions.retrieve(id)).status, 'paused');

  const card = await stripe.paymentMethods.attach('pm_card_visa', { customer: customer.id });
  await stripe.subscriptions.update(id, { default_payment_method: card.id });
  const resumed = await stripe.subscriptions.resume(id, { billing_cycle_anchor: { type: 'now' } });
  assert.equal(resumed.status, 'active');

  // A renewal's invoice is a draft for an hour.
  const end = resumed.items.data[0].current_period_end;
  await stripe.testHelpers.testClocks.advance(clock.id, { frozen_time: end + 60 });
  const { latest_invoice: draft } = await stripe.subscriptions.retrieve(id);
  assert.equal((await stripe.invoices.retrieve(draft)).status, 'draft');
  assert.equal((await stripe.invoices.finalizeInvoice(draft)).status, 'paid');
  assert.equal((await stripe.testHelpers.testClocks.del(clock.id)).deleted, true);
});

/** The sandbox's endpoints as patterns, in the order in which it matches them. */
async function routes() {
  const source = await readFile(join(ROOT, 'src/sandbox/protocol/routes.rs'), 'utf8');
  return [...source.matchAll(/^ {4}(get|post|delete)\("([^"]+)",/gm)].map(([, verb, path]) => ({
    name: `${verb.toUpperCase()} /v1/${path}`,
    pattern: new RegExp(`^${verb.toUpperCase()} /v1/${path.replaceAll('{}', '[^/]+')}$`),
  }));
}

test('the documentation lists them all, and no others', async () => {
  const page = await readFile(join(ROOT, 'docs/sandbox.md'), 'utf8');
  const section = page.split('\n## Endpoints\n')[1].split('\n## ')[0];
  const documented = [...section.matchAll(/`([A-Z ]+) (\/v1\/[^`]+)`/g)].flatMap(([, verbs, path]) =>
    verbs.split(' ').map((verb) => `${verb} ${path.replaceAll('{id}', '{}')}`),
  );
  assert.deepEqual(documented.sort(), (await routes()).map(({ name }) => name).sort());
});

test('none is left out', async () => {
  const known = await routes();
  assert.ok(known.length > 40, `only ${known.length} endpoints were found`);
  const used = new Set(called.map((call) => known.find(({ pattern }) => pattern.test(call))?.name));
  const unused = known.map(({ name }) => name).filter((name) => !used.has(name));
  assert.deepEqual(unused, [], 'no test above calls these endpoints');
});
