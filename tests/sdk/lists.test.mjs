// The SDK's auto-pagination, in both directions.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startSandbox } from './sandbox.mjs';

const { stripe } = await startSandbox();
const made = [];
for (let n = 0; n < 27; n += 1) {
  made.push((await stripe.customers.create({ name: `Customer ${n}` })).id);
}
const newestFirst = made.toReversed();

test('autoPagingToArray gives every customer once, newest first', async () => {
  const all = await stripe.customers.list({ limit: 10 }).autoPagingToArray({ limit: 1_000 });
  assert.deepEqual(all.map(({ id }) => id), newestFirst);
});

test('for await goes through pages of any size', async () => {
  for (const limit of [1, 7, 27, 100]) {
    const seen = [];
    for await (const { id } of stripe.customers.list({ limit })) seen.push(id);
    assert.deepEqual(seen, newestFirst, `pages of ${limit}`);
  }
});

test('ending_before goes the other way', async () => {
  const oldest = made[0];
  const seen = [];
  for await (const { id } of stripe.customers.list({ limit: 4, ending_before: oldest })) seen.push(id);
  assert.deepEqual(seen, made.slice(1));
});

test('events are listed by their types, across pages', async () => {
  await stripe.products.create({ name: 'Noise' });
  const events = await stripe.events
    .list({ types: ['customer.created', 'customer.deleted'], limit: 5 })
    .autoPagingToArray({ limit: 1_000 });
  assert.deepEqual(events.map((event) => event.data.object.id), newestFirst);
  assert.ok(events.every(({ type }) => type === 'customer.created'));
});
