// A separate sandbox for every test file, and Stripe's official Node SDK as its client.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after } from 'node:test';
import Stripe from 'stripe';
import { freePorts, startBinary, until } from '../harness/binary.mjs';

export const DAY = 24 * 60 * 60;

/** Starts `portal sandbox` for the tests of this file, and stops it after the last one. */
export async function startSandbox() {
  const [port] = await freePorts(1);
  const { stop } = await startBinary('sandbox', {
    readyAt: `http://127.0.0.1:${port}/`,
    env: { SANDBOX_PORT: String(port) },
  });
  after(stop);
  /** An SDK client; it differs from one for Stripe only in where it calls. */
  const client = ({ key = 'sk_test_sdk', ...options } = {}) =>
    new Stripe(key, { host: '127.0.0.1', port, protocol: 'http', maxNetworkRetries: 0, ...options });
  /** Makes the next matching calls fail. */
  const fault = (fields) => post(`http://127.0.0.1:${port}/_sandbox/faults`, fields, 200);
  return { stripe: client(), client, fault };
}

/** A Checkout Session for seats of the demo's plan. */
export async function checkout(stripe, customer, quantity, extra = {}) {
  const prices = await stripe.prices.list({ lookup_keys: ['ai_employee_monthly'] });
  return stripe.checkout.sessions.create({
    mode: 'subscription',
    customer: customer.id,
    line_items: [{ price: prices.data[0].id, quantity }],
    success_url: 'http://127.0.0.1/done?session_id={CHECKOUT_SESSION_ID}',
    cancel_url: 'http://127.0.0.1/billing',
    ...extra,
  });
}

/** Submits the hosted Checkout; returns where it redirects. */
export async function pay(session, card = '4242424242424242') {
  return submit(session.url, {
    email: 'ada@example.com',
    name: 'Ada Owner',
    card_number: card,
    exp: '12 / 40',
    cvc: '123',
  });
}

/** Posts a form of a hosted page; returns where it redirects. */
export async function submit(url, fields) {
  const answer = await post(url, fields, 303);
  return answer.headers.get('location');
}

async function post(url, fields, status) {
  const answer = await fetch(url, {
    method: 'POST',
    body: new URLSearchParams(fields),
    redirect: 'manual',
  });
  assert.equal(answer.status, status, await answer.text());
  return answer;
}

/** A subscription paid for in Checkout: active, or in a 14-day trial. */
export async function subscribe(stripe, { quantity = 2, trial = false, card } = {}) {
  const customer = await stripe.customers.create({ email: 'ada@example.com' });
  const data = trial ? { subscription_data: { trial_period_days: 14 } } : {};
  const session = await checkout(stripe, customer, quantity, data);
  await pay(session, card);
  const { subscription } = await stripe.checkout.sessions.retrieve(session.id, {
    expand: ['subscription'],
  });
  return subscription;
}

/** An HTTP server that keeps what is posted to it and answers 200. */
export async function startReceiver() {
  const received = [];
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    received.push({
      body: Buffer.concat(chunks),
      signature: request.headers['stripe-signature'],
    });
    response.end();
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  after(() => server.close());
  const url = `http://127.0.0.1:${server.address().port}/webhooks`;
  /** The types of the events received; `came` waits for one of each of the wanted types. */
  const types = () => received.map(({ body }) => JSON.parse(body).type);
  const came = (...wanted) =>
    until(`${wanted} have come`, 10_000, () => wanted.every((type) => types().includes(type)));
  return { url, received, types, came };
}
