// The SDK retries by itself with the idempotency key it generated; however often it does, one call
// creates one object.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkout, pay, startSandbox } from './sandbox.mjs';

const { stripe, client, fault } = await startSandbox();
const patient = client({ maxNetworkRetries: 4 });

/** The requests a client makes while some work is done, one entry for each attempt. */
async function tries(sdk, work) {
  const paths = [];
  const note = ({ method, path }) => paths.push(`${method} ${path}`);
  sdk.on('request', note);
  await work().finally(() => sdk.off('request', note));
  return paths;
}

const named = async (name) => {
  const all = await stripe.customers.list({ limit: 100 }).autoPagingToArray({ limit: 1_000 });
  return all.filter((customer) => customer.name === name);
};

for (const kind of ['cut', 'lost']) {
  test(`a connection that is ${kind} twice leads to exactly one customer`, async () => {
    await fault({ fault: kind, call: 'POST', count: 2 });
    let made;
    const asked = await tries(patient, async () => {
      made = await patient.customers.create({ name: kind });
    });
    assert.equal(asked.length, 3);
    assert.deepEqual((await named(kind)).map(({ id }) => id), [made.id]);
  });
}

test('a call that is not answered in time is made once, too', async () => {
  const hasty = client({ maxNetworkRetries: 2, timeout: 300 });
  await fault({ fault: 'timeout', call: 'POST' });
  const { id } = await hasty.customers.create({ name: 'hasty' });
  assert.deepEqual((await named('hasty')).map((customer) => customer.id), [id]);
});

test('a lost answer to an increase does not charge twice', async () => {
  const customer = await stripe.customers.create();
  await pay(await checkout(stripe, customer, 1));
  const [subscription] = (await stripe.subscriptions.list({ customer: customer.id })).data;
  const [item] = subscription.items.data;
  await fault({ fault: 'lost', call: 'POST /v1/subscriptions/{id}', count: 2 });
  await patient.subscriptions.update(subscription.id, {
    items: [{ id: item.id, quantity: 5 }],
    proration_behavior: 'always_invoice',
  });
  const invoices = await stripe.invoices.list({ subscription: subscription.id });
  assert.equal(invoices.data.length, 2);
});

test('a failure at Stripe is tried again where that can help', async () => {
  await fault({ fault: '500', call: 'GET', count: 2 });
  const reads = await tries(patient, () => patient.prices.list());
  assert.equal(reads.length, 3);

  // A write's answer is kept under its key, and Stripe says so.
  await fault({ fault: '500', call: 'POST' });
  const writes = await tries(patient, () =>
    assert.rejects(patient.customers.create({ name: 'failed' }), { type: 'StripeAPIError', statusCode: 500 }),
  );
  assert.equal(writes.length, 1);
  assert.deepEqual(await named('failed'), []);
});

test('a rate limit is told to the program', async () => {
  await fault({ fault: '429' });
  await assert.rejects(stripe.customers.create({ name: 'limited' }), {
    type: 'StripeRateLimitError',
    code: 'rate_limit',
  });
  assert.deepEqual(await named('limited'), []);
});

test('calls with one key at the same time make one object', async () => {
  const made = await Promise.all(
    Array.from({ length: 20 }, () =>
      patient.customers.create({ name: 'Once' }, { idempotencyKey: 'at-the-same-time' }),
    ),
  );
  assert.equal(new Set(made.map(({ id }) => id)).size, 1);
  assert.equal((await named('Once')).length, 1);
});

test('what was refused is not tried again', async () => {
  const { id } = await stripe.customers.create();
  const asked = await tries(patient, async () => {
    await assert.rejects(patient.customers.retrieve('cus_none'), { code: 'resource_missing' });
    await assert.rejects(
      patient.paymentMethods.attach('pm_card_visa_chargeDeclined', { customer: id }),
      { type: 'StripeCardError' },
    );
  });
  assert.deepEqual(asked, [
    'GET /v1/customers/cus_none',
    'POST /v1/payment_methods/pm_card_visa_chargeDeclined/attach',
  ]);
});
