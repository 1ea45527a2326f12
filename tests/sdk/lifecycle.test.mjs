// A subscription's life through the SDK: bought, changed, cancelled, taken back, ended.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DAY, checkout, pay, startSandbox, subscribe } from './sandbox.mjs';

const { stripe } = await startSandbox();

test('a trial is bought in the hosted Checkout', async () => {
  const customer = await stripe.customers.create({ email: 'ada@example.com', metadata: { tenant: 'a' } });
  const open = await checkout(stripe, customer, 3, {
    client_reference_id: 'tenant_a',
    subscription_data: { trial_period_days: 14, metadata: { tenant: 'a' } },
  });
  assert.equal(open.status, 'open');
  assert.equal(open.amount_total, 0);

  const back = new URL(await pay(open));
  assert.equal(back.searchParams.get('session_id'), open.id);
  const session = await stripe.checkout.sessions.retrieve(open.id, { expand: ['subscription.latest_invoice'] });
  assert.equal(session.status, 'complete');
  assert.equal(session.payment_status, 'no_payment_required');
  const { subscription } = session;
  assert.equal(subscription.status, 'trialing');
  assert.equal(subscription.trial_end - subscription.trial_start, 14 * DAY);
  assert.deepEqual(subscription.metadata, { tenant: 'a' });
  assert.equal(subscription.items.data[0].quantity, 3);
  assert.equal(subscription.latest_invoice.amount_due, 0);
  const items = await stripe.checkout.sessions.listLineItems(open.id);
  assert.equal(items.data[0].quantity, 3);
});

test('a product and a price of one\'s own are sold the same way', async () => {
  const product = await stripe.products.create({ name: 'Robot' });
  const price = await stripe.prices.create({
    product: product.id,
    currency: 'usd',
    unit_amount: 12_345,
    recurring: { interval: 'year' },
    lookup_key: 'robot_yearly',
  });
  const found = await stripe.prices.list({ lookup_keys: ['robot_yearly'], expand: ['data.product'] });
  assert.equal(found.data[0].product.name, 'Robot');
  const customer = await stripe.customers.create({ email: 'ada@example.com' });
  const session = await checkout(stripe, customer, 1, { line_items: [{ price: price.id, quantity: 2 }] });
  await pay(session);
  const [subscription] = (await stripe.subscriptions.list({ customer: customer.id, expand: ['data.latest_invoice'] })).data;
  assert.equal(subscription.status, 'active');
  assert.equal(subscription.latest_invoice.amount_paid, 24_690);
});

test('an increase costs to the cent what its preview said', async () => {
  const subscription = await subscribe(stripe, { quantity: 2 });
  const item = subscription.items.data[0];
  const change = {
    items: [{ id: item.id, quantity: 7 }],
    proration_behavior: 'always_invoice',
    proration_date: item.current_period_start + Math.round(9.37 * DAY),
  };
  const preview = await stripe.invoices.createPreview({
    subscription: subscription.id,
    subscription_details: change,
  });
  assert.ok(preview.amount_due > 0 && preview.amount_due < 5 * 4_900, `${preview.amount_due}`);

  const updated = await stripe.subscriptions.update(subscription.id, {
    ...change,
    payment_behavior: 'pending_if_incomplete',
    expand: ['latest_invoice.lines'],
  });
  assert.equal(updated.items.data[0].quantity, 7);
  assert.equal(updated.latest_invoice.status, 'paid');
  assert.equal(updated.latest_invoice.billing_reason, 'subscription_update');
  assert.equal(updated.latest_invoice.amount_paid, preview.amount_due);
  assert.deepEqual(
    updated.latest_invoice.lines.data.map((line) => line.amount),
    preview.lines.data.map((line) => line.amount),
  );
});

test('a decrease through its item becomes credit', async () => {
  const subscription = await subscribe(stripe, { quantity: 5 });
  const [item] = subscription.items.data;
  await stripe.subscriptionItems.update(item.id, {
    quantity: 1,
    proration_behavior: 'always_invoice',
    proration_date: item.current_period_start + 10 * DAY,
  });
  const customer = await stripe.customers.retrieve(subscription.customer);
  assert.ok(customer.balance < 0, `${customer.balance}`);
  const { data } = await stripe.subscriptionItems.list({ subscription: subscription.id });
  assert.equal(data[0].quantity, 1);
});

test('a cancellation at the period\'s end is taken back, and one at once is final', async () => {
  const { id } = await subscribe(stripe);
  const leaving = await stripe.subscriptions.update(id, { cancel_at_period_end: true });
  assert.equal(leaving.status, 'active');
  assert.equal(leaving.cancel_at, leaving.items.data[0].current_period_end);
  assert.ok(leaving.canceled_at);

  const staying = await stripe.subscriptions.update(id, { cancel_at_period_end: false });
  assert.equal(staying.cancel_at, null);
  assert.equal(staying.canceled_at, null);

  const over = await stripe.subscriptions.cancel(id, { cancellation_details: { comment: 'Too dear' } });
  assert.equal(over.status, 'canceled');
  assert.equal(over.cancellation_details.comment, 'Too dear');
  await assert.rejects(stripe.subscriptions.cancel(id), { type: 'StripeInvalidRequestError' });
  const all = await stripe.subscriptions.list({ customer: over.customer, status: 'all' });
  assert.equal(all.data[0].id, id);
  assert.deepEqual((await stripe.subscriptions.list({ customer: over.customer })).data, []);
});
