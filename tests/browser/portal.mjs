// The built portal on free ports, and the controls of its sandbox.

import assert from 'node:assert/strict';
import { freePorts, startBinary } from '../harness/binary.mjs';

/** The tenant and the owner of the sandbox's demo. */
export const TENANT = 'tenant_demo';
export const OWNER = { email: 'owner@example.com', password: 'sandbox-owner' };

/** Starts the portal, with a temporary database unless DATABASE_URL is set. */
export async function startPortal(environment = {}) {
  const [port, sandboxPort] = await freePorts(2);
  const url = `http://127.0.0.1:${port}`;
  const sandbox = `http://127.0.0.1:${sandboxPort}`;
  const binary = await startBinary('serve', {
    readyAt: `${url}/healthz`,
    env: {
      IP: '127.0.0.1',
      PORT: String(port),
      SANDBOX_PORT: String(sandboxPort),
      PORTAL_URL: url,
      DATABASE_URL: process.env.DATABASE_URL ?? 'sqlite:portal.db',
      ...environment,
    },
  });
  return { url, sandbox, ...binary, ...controls(sandbox) };
}

/** The sandbox's controls, besides Stripe's own protocol. */
function controls(sandbox) {
  const post = async (path, fields) => {
    const answer = await fetch(sandbox + path, { method: 'POST', body: new URLSearchParams(fields) });
    assert.ok(answer.ok, `POST ${path} answered ${answer.status}: ${await answer.text()}`);
  };
  /** Sends a request as another program with a key would. */
  const stripe = async (method, path, fields = {}) => {
    const given = new URLSearchParams(fields);
    const answer = await fetch(`${sandbox}/v1/${path}${method === 'GET' ? `?${given}` : ''}`, {
      method,
      headers: { authorization: 'Bearer sk_test_another_program' },
      body: method === 'GET' ? undefined : given,
    });
    assert.equal(answer.status, 200, `${method} ${path}: ${await answer.clone().text()}`);
    return answer.json();
  };
  return {
    stripe,
    /** Gives a tenant's subscription one of Stripe's ready-made cards, as the Billing Portal does. */
    giveCard: async (tenant, readyMade) => {
      const attach = `payment_methods/${readyMade}/attach`;
      const card = await stripe('POST', attach, { customer: tenant.stripe_customer_id });
      const subscription = `subscriptions/${tenant.stripe_subscription_id}`;
      await stripe('POST', subscription, { default_payment_method: card.id });
    },
    /** Sets after how many days Stripe retries a declined card, and the final status. */
    retryPayments: (days, then) => post('/_sandbox/payments', { retry_days: days, then }),
    /** Moves the sandbox's time forward. */
    advance: (seconds) => post('/_sandbox/advance', { by: String(seconds) }),
    /** The same, to a moment in Unix seconds. */
    advanceTo: (time) => post('/_sandbox/advance', { to: String(time) }),
    /** Puts a subscription into a Stripe status, as the payments leading there would. */
    setStatus: (subscription, status) =>
      post(`/_sandbox/subscriptions/${subscription}/status`, { status }),
  };
}
