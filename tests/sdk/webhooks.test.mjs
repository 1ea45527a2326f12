// Deliveries verify with the SDK, and nothing else does.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startReceiver, startSandbox, subscribe } from './sandbox.mjs';

const { stripe } = await startSandbox();
const receiver = await startReceiver();
const endpoint = await stripe.webhookEndpoints.create({
  url: receiver.url,
  enabled_events: ['*'],
  api_version: '2026-09-30.endive',
});
const { constructEvent, constructEventAsync } = stripe.webhooks;
const verify = (body, signature, secret = endpoint.secret) =>
  constructEvent.call(stripe.webhooks, body, signature, secret);

test('every event of a subscription verifies over its raw body', async () => {
  const subscription = await subscribe(stripe, { trial: true });
  await stripe.subscriptions.cancel(subscription.id);
  await receiver.came('checkout.session.completed', 'customer.subscription.deleted');
  for (const { body, signature } of receiver.received) {
    const event = verify(body, signature);
    assert.equal(event.object, 'event');
    assert.equal(event.api_version, '2026-09-30.endive');
    const later = await constructEventAsync.call(stripe.webhooks, body.toString(), signature, endpoint.secret);
    assert.equal(later.id, event.id);
    assert.equal((await stripe.events.retrieve(event.id)).type, event.type);
  }
  assert.ok(receiver.types().includes('invoice.paid'), `${receiver.types()}`);
});

test('a tampered body, a wrong secret and an old signature are refused', async () => {
  const { body, signature } = receiver.received[0];
  const refused = { type: 'StripeSignatureVerificationError' };
  const tampered = body.toString().replace('"livemode":false', '"livemode":true');
  assert.notEqual(tampered, body.toString());
  assert.throws(() => verify(tampered, signature), refused);
  assert.throws(() => verify(body, signature, 'whsec_other'), refused);
  const old = signature.replace(/t=\d+/, 't=1000000000');
  assert.throws(() => verify(body, old), refused);
  await assert.rejects(
    constructEventAsync.call(stripe.webhooks, tampered, signature, endpoint.secret),
    refused,
  );
});

test('an endpoint is shown its secret once, can be muted, and is gone once deleted', async () => {
  assert.match(endpoint.secret, /^whsec_/);
  assert.equal((await stripe.webhookEndpoints.retrieve(endpoint.id)).secret, undefined);
  await stripe.webhookEndpoints.update(endpoint.id, { enabled_events: ['product.created'] });
  const before = receiver.received.length;
  await stripe.customers.create();
  await stripe.products.create({ name: 'Only this' });
  await receiver.came('product.created');
  assert.deepEqual(receiver.types().slice(before), ['product.created']);

  await stripe.webhookEndpoints.update(endpoint.id, { disabled: true });
  assert.equal((await stripe.webhookEndpoints.list()).data[0].status, 'disabled');
  assert.equal((await stripe.webhookEndpoints.del(endpoint.id)).deleted, true);
  assert.deepEqual((await stripe.webhookEndpoints.list()).data, []);
});
