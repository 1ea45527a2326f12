// The portal's pages as a person sees them: what is on them and what can be done there. Together with
// hosted.mjs, this has every selector of the tests.

import assert from 'node:assert/strict';
import { OWNER } from './portal.mjs';

/** Opens a page of the portal, and waits until its controls work. */
export async function open(page, path, status = 200) {
  const answer = await page.goto(path);
  assert.equal(answer.status(), status, `GET ${path}`);
  await ready(page);
}

/** Waits until the browser has taken the page over from the server, if it runs scripts. */
export async function ready(page) {
  const state = (await scripted(page)) ? '[data-ready="true"]' : '[data-ready]';
  await page.locator(state).waitFor({ state: 'attached' });
}

/** Whether this browser runs scripts. */
export function scripted(page) {
  return page.evaluate(() => matchMedia('(scripting: enabled)').matches);
}

/** Signs in on the sign-in page. */
export async function signIn(page, { email, password } = OWNER) {
  await page.goto('/login');
  await login(page).enter(email, password);
  await page.waitForURL('**/billing*');
  await ready(page);
}

/** /login. */
export function login(page) {
  return {
    error: page.getByRole('alert'),
    email: page.getByLabel('Email'),
    password: page.getByLabel('Password'),
    enter: async (email, password) => {
      await page.getByLabel('Email').fill(email);
      await page.getByLabel('Password').fill(password);
      await page.getByRole('button', { name: 'Sign in' }).click();
    },
  };
}

/** /invitation/… and /password/…: the pages of one-time links. */
export function link(page) {
  return {
    heading: (name) => page.getByRole('heading', { name }),
    error: page.getByRole('alert'),
    email: page.getByLabel('Email'),
    name: page.getByLabel('Your name'),
    password: page.getByLabel('Password'),
    join: page.getByRole('button', { name: 'Join' }),
    setPassword: page.getByRole('button', { name: 'Set password' }),
  };
}

/** The frame around every page. */
export function frame(page) {
  const account = page.locator('.menu.account > button');
  const menu = page.locator('#account-menu');
  const tenant = page.locator('.menu.tenants > button');
  return {
    skip: page.getByRole('link', { name: 'Skip to content' }),
    places: page.locator('header.side > nav'),
    content: page.getByRole('main'),
    lastStop: page.getByRole('main').locator('a, button, summary').last(),
    toast: (text) => page.locator('.toast').filter({ hasText: text }),
    dismiss: page.getByRole('link', { name: 'Dismiss' }),
    note: (title) => page.getByRole('status').getByRole('region', { name: title }),
    account,
    menu,
    openMenu: async () => {
      if (!(await menu.isVisible())) await account.click();
    },
    appearance: (name) => menu.getByRole('button', { name, exact: true }),
    // The page, once it has this theme or language.
    looks: (theme) => page.locator(`html[data-theme="${theme}"]`),
    language: (name) => menu.getByRole('button', { name, exact: true }),
    speaks: (tag) => page.locator(`html[lang="${tag}"]`),
    signOut: menu.getByRole('button', { name: 'Sign out' }),
    tenant,
    switchTo: async (name) => {
      await tenant.click();
      await page.locator('#tenants-menu').getByRole('link', { name }).click();
    },
    go: (name) => page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name }).click(),
  };
}

/** /billing. */
export function billing(page) {
  const button = (name) => page.getByRole('button', { name, exact: true });
  const dialog = page.getByRole('dialog');
  return {
    open: () => open(page, '/billing'),
    badge: page.getByTestId('badge'),
    card: page.getByRole('region', { name: 'AI Employee Plan' }),
    offer: page.getByText('14-day free trial'),
    usage: page.getByTestId('usage'),
    more: button('One seat more'),
    fewer: button('One seat fewer'),
    count: page.getByRole('spinbutton'),
    showPrice: button('Show price'),
    sum: page.getByTestId('sum'),
    quote: page.getByTestId('quote'),
    change: page.getByRole('form', { name: 'Confirm the change' }),
    leaver: (name) => page.getByRole('group', { name: /^Choose \d+ to turn off$/ }).getByLabel(name),
    error: page.getByRole('alert'),
    confirm: button('Confirm'),
    keep: page.getByRole('link', { name: /^Keep \d+ seats?$/ }),
    subscribe: button('Subscribe'),
    resubscribe: button('Resubscribe'),
    manage: button('Manage Billing'),
    // The one in the card; while a payment is due, the banner has one too.
    updatePayment: button('Update Payment'),
    resume: button('Resume'),
    refresh: button('Refresh'),
    asOf: page.getByTestId('as-of'),
    dialog,
    askToCancel: button('Cancel subscription'),
    keepIt: dialog.getByRole('button', { name: 'Keep it' }),
    endIt: dialog.getByRole('button', { name: 'End the subscription' }),
    when: (name) => dialog.getByRole('radio', { name }),
    cancel: async (when) => {
      await button('Cancel subscription').click();
      if (when) await page.getByRole('radio', { name: when }).check();
      await button('End the subscription').click();
    },
    confirming: page.getByRole('region', { name: 'Confirming your subscription…' }),
    unconfirmed: page.getByRole('region', { name: 'This checkout could not be confirmed' }),
    invoice: page.getByRole('link', { name: 'Open the invoice' }),
    invoicesLoaded: page.getByText('No invoices yet').or(page.getByRole('table')),
    allInvoices: page.getByRole('group', { name: 'All invoices' }),
    invoicesAre: (text) => page.getByRole('region', { name: 'Invoices' }).getByText(text).first(),
    next: page.getByTestId('next-charge'),
    /** The link to pay the open invoice. */
    pay: page.getByRole('link', { name: /^Pay invoice / }),
    paymentBanner: page.getByRole('region', { name: 'Payment required' }),
    unpaidBanner: page.getByRole('region', { name: 'Agents are off' }),
    ending: page.getByText(/^Cancels on \d/),
    toast: frame(page).toast,
  };
}

/** /agents. */
export function agents(page) {
  const row = (name) => page.getByRole('listitem').filter({ hasText: name });
  const button = (name) => page.getByRole('button', { name, exact: true });
  const many = page.getByRole('form', { name: 'With the selected agents' });
  return {
    open: () => open(page, '/agents'),
    usage: (text) => page.getByRole('status').filter({ hasText: text }),
    rows: page.getByRole('listitem'),
    row,
    turnedOffByBilling: row('Turned off by billing'),
    full: page.locator('p').filter({ hasText: 'Every seat is taken.' }),
    error: page.getByRole('alert'),
    name: page.getByLabel('Name', { exact: true }),
    create: async (name) => {
      await page.getByLabel('Name', { exact: true }).fill(name);
      await button('Create agent').click();
      await row(name).waitFor();
    },
    turnOn: (name) => button(`Turn on ${name}`),
    turnOff: (name) => button(`Turn off ${name}`),
    openRename: (name) => row(name).locator('summary').click(),
    rename: async (name, to) => {
      await row(name).locator('summary').click();
      await page.getByRole('textbox', { name: `Rename ${name}` }).fill(to);
      await row(name).getByRole('button', { name: 'Save' }).click();
    },
    search: async (text) => {
      await page.getByRole('searchbox').fill(text);
      await page.getByRole('searchbox').press('Enter');
    },
    nobody: page.getByText('Nobody is called that'),
    showAll: page.getByRole('link', { name: 'Show all' }),
    part: (text) => page.getByText(text, { exact: true }),
    previous: page.getByRole('link', { name: 'Previous' }),
    next: page.getByRole('link', { name: 'Next' }),
    select: (name) => page.getByRole('checkbox', { name: `Select ${name}` }),
    selectAll: page.getByRole('checkbox', { name: 'Select all shown' }),
    selected: (text) => many.getByText(text),
    turnSelected: (to) => many.getByRole('button', { name: `Turn ${to}` }).click(),
  };
}

/** /activity: its entries, newest first. */
export function activity(page) {
  return {
    open: () => open(page, '/activity'),
    told: () => page.locator('.timeline strong').allInnerTexts(),
    times: page.locator('.timeline time'),
    filter: (name) => page.getByRole('navigation', { name: 'Filter' }).getByRole('link', { name }),
    nothing: page.getByText('Nothing of this kind'),
    older: page.getByRole('link', { name: 'Older' }),
    newest: page.getByRole('link', { name: 'Newest' }),
    atStripe: page.getByText('At Stripe').first(),
  };
}

/** /account. */
export function account(page) {
  return {
    open: () => open(page, '/account'),
    error: page.getByRole('alert'),
    newPassword: page.getByLabel('New password'),
    changePassword: async (current, next) => {
      await page.getByLabel('Current password').fill(current);
      await page.getByLabel('New password').fill(next);
      await page.getByRole('button', { name: 'Change password' }).click();
    },
    sessions: page.getByRole('region', { name: 'Where you are signed in' }).getByRole('listitem'),
    end: page.getByRole('button', { name: /^End the session of / }),
    signOutEverywhere: page.getByRole('button', { name: 'Sign out everywhere' }),
  };
}
