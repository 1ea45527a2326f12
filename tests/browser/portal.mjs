// The built portal on free ports, and what its sandbox can be told.

import assert from 'node:assert/strict';
import { freePorts, startBinary } from '../harness/binary.mjs';

/** What the sandbox's demo comes with. */
export const TENANT = 'tenant_demo';
export const OWNER = { email: 'owner@example.com', password: 'sandbox-owner' };

/** The portal, with a database that is thrown away unless DATABASE_URL is set. */
export async function startPortal() {
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
    },
  });
  return { url, sandbox, ...binary, ...controls(sandbox) };
}

/** What the sandbox can be told, beside Stripe's own protocol. */
function controls(sandbox) {
  const post = async (path, fields) => {
    const answer = await fetch(sandbox + path, { method: 'POST', body: new URLSearchParams(fields) });
    assert.ok(answer.ok, `POST ${path} answered ${answer.status}: ${await answer.text()}`);
  };
  return {
    /** Moves the sandbox's time on. */
    advance: (seconds) => post('/_sandbox/advance', { by: String(seconds) }),
    /** Puts a subscription into a Stripe status, as the payments that lead there would. */
    setStatus: (subscription, status) =>
      post(`/_sandbox/subscriptions/${subscription}/status`, { status }),
  };
}
