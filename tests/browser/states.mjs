// Every state that the pages can be in: axe.test.mjs checks each, and screenshots.mjs takes its
// picture.

import { agentList, become, change, enter, hire, subscribe, tenantOnce, turn } from './api.mjs';
import { account, activity, agents, billing, frame, open } from './pages.mjs';
import { OWNER } from './portal.mjs';

const DAY = 24 * 60 * 60;

/**
 * The states, in an order in which each builds on those before. A state has a `name`, the `path` of its
 * page and, if needed:
 *
 * - `arrange({ page, portal })`, which brings the portal there before the page is opened;
 * - `act({ page, portal })`, what is then done on the page;
 * - `signedOut`, if it is viewed without signing in, and `status`, if it isn't 200;
 * - `allow`, patterns of the browser's complaints in it;
 * - `invoices: false`, if they don't load.
 */
export const STATES = [
  { name: 'login', path: '/login', signedOut: true },
  { name: 'login-refused', path: '/login?error=invalid&email=owner%40example.com', signedOut: true },

  { name: 'billing-none', path: '/billing' },
  {
    name: 'billing-none-without-a-number',
    path: '/billing',
    act: async ({ page }) => {
      await billing(page).count.fill('');
      await billing(page).error.waitFor();
    },
  },
  { name: 'agents-without-seats', path: '/agents' },
  { name: 'activity-empty', path: '/activity' },
  { name: 'account', path: '/account' },
  {
    name: 'account-wrong-password',
    path: '/account',
    allow: [/account\/password/, /status of 4\d\d/],
    act: async ({ page }) => {
      await account(page).changePassword('not the password', 'a much better secret');
      await account(page).error.waitFor();
    },
  },
  { name: 'menu', path: '/billing', act: ({ page }) => frame(page).openMenu() },
  { name: 'not-found', path: '/nowhere', status: 404, allow: [/404/] },
  { name: 'not-yours', path: '/billing?tenant_id=elsewhere', status: 404, allow: [/404/] },

  { name: 'billing-trialing', path: '/billing', arrange: ({ page }) => subscribe(page, 3) },
  { name: 'agents-nobody', path: '/agents' },
  {
    name: 'agents-few',
    path: '/agents',
    arrange: async ({ page }) => {
      await hire(page, 'Ada', 'Grace');
      await turn(page, await named(page, 'Grace'), false);
    },
  },
  {
    name: 'agents-selected',
    path: '/agents',
    act: async ({ page }) => {
      await agents(page).select('Ada').check();
      await agents(page).selected('1 selected').waitFor();
    },
  },
  { name: 'agents-renaming', path: '/agents', act: ({ page }) => agents(page).openRename('Ada') },
  {
    name: 'agents-no-match',
    path: '/agents?search=nobody',
    act: ({ page }) => agents(page).nobody.waitFor(),
  },
  {
    name: 'agents-full',
    path: '/agents',
    arrange: async ({ page }) => {
      await turn(page, await named(page, 'Grace'), true);
      await hire(page, 'Edsger');
    },
  },
  {
    name: 'billing-trialing-quote',
    path: '/billing',
    act: async ({ page }) => {
      await billing(page).more.click();
      await billing(page).quote.waitFor();
    },
  },
  {
    name: 'billing-leavers',
    path: '/billing',
    act: async ({ page }) => {
      await billing(page).fewer.click();
      await billing(page).quote.waitFor();
      await billing(page).leaver('Edsger').waitFor();
    },
  },
  {
    name: 'billing-cancel-dialog',
    path: '/billing',
    act: async ({ page }) => {
      await billing(page).askToCancel.click();
      await billing(page).endIt.waitFor();
    },
  },
  { name: 'billing-cancelling', path: '/billing', arrange: ({ page }) => change(page, 'cancel') },
  {
    name: 'billing-toast',
    path: '/billing',
    act: async ({ page }) => {
      await billing(page).resume.click();
      await billing(page).toast('Welcome back').waitFor();
      // Focused, since a focused toast stays.
      await frame(page).dismiss.focus();
    },
  },
  { name: 'activity', path: '/activity' },
  { name: 'activity-at-stripe', path: '/activity', act: ({ page }) => activity(page).atStripe.click() },
  { name: 'activity-filtered', path: '/activity?topic=agents' },
  { name: 'activity-nothing-of-a-kind', path: '/activity?topic=payments' },

  {
    name: 'billing-active',
    path: '/billing',
    arrange: async ({ page, portal }) => {
      await portal.advance(24 * DAY);
      await enter(page);
      await tenantOnce(page, 'active');
    },
    act: ({ page }) => billing(page).next.waitFor(),
  },
  {
    name: 'billing-active-quote',
    path: '/billing',
    act: async ({ page }) => {
      await billing(page).more.click();
      await billing(page).quote.waitFor();
    },
  },
  {
    name: 'billing-declined',
    path: '/billing',
    allow: [/billing\/quantity/, /402/],
    arrange: (world) => giveCard(world, 'pm_card_chargeCustomerFail'),
    act: buyOneMore,
  },
  {
    name: 'billing-bank-asks',
    path: '/billing',
    allow: [/billing\/quantity/, /402/],
    arrange: (world) => giveCard(world, 'pm_card_authenticationRequired'),
    act: buyOneMore,
  },
  {
    name: 'billing-working',
    path: '/billing',
    arrange: ({ page }) => page.route('**/api/portal/billing/portal', unanswered),
    act: ({ page }) => billing(page).manage.click(),
  },
  {
    name: 'billing-loading-invoices',
    path: '/billing',
    invoices: false,
    arrange: ({ page }) => page.route('**/api/portal/billing/invoices*', unanswered),
  },
  {
    name: 'billing-stripe-away',
    path: '/billing',
    invoices: false,
    allow: [/503/],
    arrange: ({ page }) =>
      page.route('**/api/portal/billing/invoices*', (route) =>
        route.fulfill({
          status: 503,
          json: { error: { code: 'stripe_unavailable', message: 'Stripe is away.' } },
        })),
    act: ({ page }) => billing(page).invoicesAre('Stripe can').waitFor(),
  },
  {
    name: 'billing-offline',
    path: '/billing',
    allow: [/ERR_INTERNET_DISCONNECTED/],
    act: async ({ page }) => {
      await page.context().setOffline(true);
      await frame(page).note('You are offline').waitFor();
    },
  },
  {
    name: 'billing-delayed',
    path: '/billing',
    allow: [/ERR_CONNECTION_REFUSED/],
    arrange: ({ page }) =>
      page.route('**/billing/events*', (route) => route.abort('connectionrefused')),
    act: ({ page }) => frame(page).note('Updates are delayed').waitFor(),
  },

  {
    name: 'billing-past-due',
    path: '/billing',
    arrange: async ({ page, portal }) => {
      // What waits for the bank is another state.
      await change(page, 'withdraw');
      await portal.giveCard(await tenantOnce(page, 'active'), 'pm_card_chargeCustomerFail');
      await portal.retryPayments('3', 'unpaid');
      // A day after the renewal, and two before the last retry.
      await portal.advance(22 * DAY);
      await tenantOnce(page, 'past_due');
    },
  },
  {
    name: 'billing-unpaid',
    path: '/billing',
    arrange: async ({ page, portal }) => {
      await portal.advance(4 * DAY);
      await tenantOnce(page, 'unpaid');
    },
  },
  { name: 'agents-off-by-billing', path: '/agents' },
  { name: 'billing-canceled', path: '/billing', arrange: (world) => become(world, 'unpaid', 'canceled') },
  { name: 'billing-unconfirmed', path: '/billing?session_id=cs_test_someone_else' },
  {
    name: 'billing-confirming',
    path: '/billing',
    allow: [/billing\/confirm/, /503/],
    arrange: ({ page }) => change(page, 'checkout', { agent_count: 2 }),
    act: async ({ page, portal }) => {
      const { data } = await portal.stripe('GET', 'checkout/sessions', { status: 'open' });
      await open(page, `/billing?session_id=${data[0].id}`);
      await billing(page).confirming.waitFor();
    },
  },

  {
    name: 'tenants',
    path: '/tenants',
    arrange: async ({ portal }) => {
      await portal.command('tenant', 'add', '--id', 'acme', 'Acme Ltd');
      await portal.command('operator', 'platform-admin', OWNER.email);
    },
  },
  { name: 'tenants-none-found', path: '/tenants?search=nobody' },
  { name: 'billing-of-another-tenant', path: '/billing?tenant_id=acme' },
];

/** The portal's environment for these states: its sign-in page offers everything it can. */
export const ENVIRONMENT = { OIDC_ISSUER: 'http://127.0.0.1:9', OIDC_CLIENT_ID: 'portal' };

/** Brings the portal and the page into this state. */
export async function show({ path, arrange, act, signedOut, status, invoices }, world) {
  if (!signedOut) await enter(world.page);
  await arrange?.(world);
  if (signedOut) await world.page.goto(path);
  else await open(world.page, path, status);
  await act?.(world);
  if (path === '/billing' && invoices !== false) await billing(world.page).invoicesLoaded.waitFor();
}

async function named(page, name) {
  return (await agentList(page)).find((agent) => agent.name === name);
}

async function giveCard({ page, portal }, readyMade) {
  await portal.giveCard(await tenantOnce(page, 'active'), readyMade);
}

async function buyOneMore({ page }) {
  await billing(page).more.click();
  await billing(page).quote.waitFor();
  await billing(page).confirm.click();
  await billing(page).error.waitFor();
}

/** A request that stays pending as long as the page is open. */
function unanswered() {
  return new Promise(() => {});
}
