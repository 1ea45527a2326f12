// A subscription over time, moved by a test clock.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DAY, startSandbox, subscribe } from './sandbox.mjs';

const HOUR = 60 * 60;
const DECLINES_LATER = '4000000000000341';

const { stripe } = await startSandbox();
const { testClocks } = stripe.testHelpers;
const clock = await testClocks.create({
  frozen_time: Math.floor(Date.now() / 1000) + HOUR,
  name: 'Lifecycle',
});
const at = (frozen_time) => testClocks.advance(clock.id, { frozen_time });
const retrieve = ({ id }) => stripe.subscriptions.retrieve(id, { expand: ['latest_invoice'] });

test('the clock stands where it was put, is listed, and only goes forward', async () => {
  const { frozen_time } = await testClocks.retrieve(clock.id);
  assert.equal(frozen_time, clock.frozen_time);
  assert.equal((await stripe.customers.create()).created, clock.frozen_time);
  const { data } = await testClocks.list();
  assert.equal(data[0].id, clock.id);
  assert.equal((await at(clock.frozen_time + DAY)).status, 'ready');
  assert.equal((await testClocks.retrieve(clock.id)).frozen_time, clock.frozen_time + DAY);
  await assert.rejects(at(clock.frozen_time), {
    type: 'StripeInvalidRequestError',
    param: 'frozen_time',
  });
});

test('a trial ends: a reminder, a draft, and an hour later the first payment', async () => {
  const trial = await subscribe(stripe, { quantity: 3, trial: true });
  await at(trial.trial_end - 2 * DAY);
  const reminders = await stripe.events.list({ type: 'customer.subscription.trial_will_end' });
  assert.equal(reminders.data[0].data.object.id, trial.id);

  await at(trial.trial_end + 60);
  const begun = await retrieve(trial);
  assert.equal(begun.status, 'active');
  assert.equal(begun.latest_invoice.status, 'draft');
  assert.equal(begun.items.data[0].current_period_start, trial.trial_end);

  await at(trial.trial_end + HOUR + 60);
  const { latest_invoice } = await retrieve(trial);
  assert.equal(latest_invoice.status, 'paid');
  assert.equal(latest_invoice.amount_paid, 14_700);
  assert.equal(latest_invoice.billing_reason, 'subscription_cycle');
  await stripe.subscriptions.cancel(trial.id);
});

test('a declined renewal is tried again, and recovers with another card', async () => {
  const trial = await subscribe(stripe, { trial: true, card: DECLINES_LATER });
  await at(trial.trial_end + HOUR + 60);
  const late = await retrieve(trial);
  assert.equal(late.status, 'past_due');
  assert.equal(late.latest_invoice.attempt_count, 1);

  await at(late.latest_invoice.next_payment_attempt + 60);
  const later = await retrieve(trial);
  assert.equal(later.latest_invoice.attempt_count, 2);
  await assert.rejects(stripe.invoices.pay(later.latest_invoice.id), {
    type: 'StripeCardError',
    code: 'card_declined',
  });

  const card = await stripe.paymentMethods.attach('pm_card_visa', { customer: trial.customer });
  await stripe.subscriptions.update(trial.id, { default_payment_method: card.id });
  assert.equal((await stripe.invoices.pay(later.latest_invoice.id)).status, 'paid');
  assert.equal((await retrieve(trial)).status, 'active');
  await stripe.subscriptions.cancel(trial.id);
});

test('after its last try a renewal is given up', async () => {
  const trial = await subscribe(stripe, { trial: true, card: DECLINES_LATER });
  await at(trial.trial_end + 20 * DAY);
  const over = await retrieve(trial);
  assert.equal(over.status, 'canceled');
  assert.equal(over.cancellation_details.reason, 'payment_failed');
  assert.equal(over.latest_invoice.status, 'open');
});

test('a scheduled cancellation ends the subscription at the period\'s end', async () => {
  const subscription = await subscribe(stripe);
  const { cancel_at } = await stripe.subscriptions.update(subscription.id, {
    cancel_at_period_end: true,
  });
  await at(cancel_at + 60);
  const over = await retrieve(subscription);
  assert.equal(over.status, 'canceled');
  assert.equal(over.ended_at, cancel_at);
  const [deleted] = (await stripe.events.list({ type: 'customer.subscription.deleted' })).data;
  assert.equal(deleted.data.object.id, subscription.id);
  assert.equal(deleted.created, cancel_at);
});

test('without its clock the time runs again', async () => {
  await testClocks.del(clock.id);
  await assert.rejects(testClocks.retrieve(clock.id), { code: 'resource_missing' });
  const { created } = await stripe.customers.create();
  await new Promise((done) => setTimeout(done, 1_100));
  assert.ok((await stripe.customers.create()).created > created);
});
