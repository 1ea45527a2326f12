// The SDK tries again by itself; however often it does, one call makes one object.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startSandbox } from './sandbox.mjs';

const { stripe, client } = await startSandbox();

test('calls with one key at the same time make one object', async () => {
  const patient = client({ maxNetworkRetries: 5 });
  const made = await Promise.all(
    Array.from({ length: 20 }, () =>
      patient.customers.create({ name: 'Once' }, { idempotencyKey: 'at-the-same-time' }),
    ),
  );
  assert.equal(new Set(made.map(({ id }) => id)).size, 1);
  const all = await stripe.customers.list({ limit: 100 }).autoPagingToArray({ limit: 1_000 });
  assert.equal(all.filter(({ name }) => name === 'Once').length, 1);
});

test('what was refused is not tried again', async () => {
  const patient = client({ maxNetworkRetries: 5 });
  const tries = [];
  patient.on('request', ({ path }) => tries.push(path));
  await assert.rejects(patient.customers.retrieve('cus_none'), { code: 'resource_missing' });
  const { id } = await stripe.customers.create();
  await assert.rejects(
    patient.paymentMethods.attach('pm_card_visa_chargeDeclined', { customer: id }),
    { type: 'StripeCardError' },
  );
  assert.deepEqual(tries, [
    '/v1/customers/cus_none',
    '/v1/payment_methods/pm_card_visa_chargeDeclined/attach',
  ]);
});
