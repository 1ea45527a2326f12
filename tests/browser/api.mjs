// API requests with the page's session: quicker than the pages when a test is about something else.

import assert from 'node:assert/strict';
import { until } from '../harness/binary.mjs';
import { OWNER, TENANT } from './portal.mjs';

/** Signs the page in. */
export function enter(page, { email, password } = OWNER) {
  return call(page, 'POST', '/api/auth/login', { email, password });
}

/** Waits for the tenant to be in this status; returns it. */
export function tenantOnce(page, status) {
  return until(`the tenant is ${status}`, 10_000, async () => {
    const tenant = await call(page, 'GET', `/api/portal/tenant?tenant_id=${TENANT}`);
    return tenant.subscription_status === status && tenant;
  });
}

/** Subscribes to this many agents and pays in the hosted Checkout; returns the tenant in its trial. */
export async function subscribe(page, agentCount) {
  const body = { tenant_id: TENANT, agent_count: agentCount };
  const { checkout_url } = await call(page, 'POST', '/api/portal/billing/checkout', body);
  const card = { card_number: '4242 4242 4242 4242', exp: '12 / 40', cvc: '123', name: 'Olivia' };
  const paid = await fetch(checkout_url, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ ...card, email: OWNER.email }),
  });
  assert.equal(paid.status, 303, await paid.text());
  return tenantOnce(page, 'trialing');
}

/** Moves the subscription from one status to another, as the payments leading there would. */
export async function become({ page, portal }, before, status) {
  const tenant = await tenantOnce(page, before);
  await portal.setStatus(tenant.stripe_subscription_id, status);
  return tenantOnce(page, status);
}

/** Requests a change to the subscription: "refresh", "cancel", "resume" and the like. */
export function change(page, what, fields = {}) {
  return call(page, 'POST', `/api/portal/billing/${what}`, { tenant_id: TENANT, ...fields });
}

/** Ends every session of the operator, including this one. */
export function signOutEverywhere(page) {
  return call(page, 'POST', '/api/portal/account/sign_out_everywhere', {});
}

/** Hires agents with these names. */
export async function hire(page, ...names) {
  for (const name of names) {
    await call(page, 'POST', '/api/portal/agents', { tenant_id: TENANT, name });
  }
}

/** All agents, oldest first. */
export async function agentList(page) {
  const list = await call(page, 'GET', `/api/portal/agents?tenant_id=${TENANT}`);
  return list.agents;
}

/** Turns an agent on or off. */
export async function turn(page, { id }, on) {
  const to = on ? 'activate' : 'deactivate';
  await call(page, 'POST', `/api/portal/agents/${id}/${to}`, { tenant_id: TENANT });
}

/** The invoices, newest first. */
export function invoices(page) {
  return call(page, 'GET', `/api/portal/billing/invoices?tenant_id=${TENANT}`);
}

async function call(page, method, path, data) {
  const answer = await page.request.fetch(path, { method, data });
  assert.equal(answer.status(), 200, `${method} ${path}: ${await answer.text()}`);
  return answer.json();
}
