// Every action with scripts off: forms, links, and what the browser does by itself.

import assert from 'node:assert/strict';
import { agentList, enter, tenantOnce, turn } from './api.mjs';
import { setup } from './harness.mjs';
import { payInCheckout } from './hosted.mjs';
import { account, activity, agents, billing, frame, login, signIn } from './pages.mjs';
import { OWNER } from './portal.mjs';

const browserTest = setup({
  context: { javaScriptEnabled: false },
  // The script that the page preloads is not loaded at all.
  allow: [/^request: GET \S+\.js: csp$/],
});

// The tests of a file share its portal and run in order.
browserTest('signing in, wrong and right, and out again', {}, async ({ page }) => {
  await page.goto('/agents');
  await login(page).enter(OWNER.email, 'not the password');
  await login(page).error.filter({ hasText: /don.t match/ }).waitFor();
  assert.equal(await login(page).email.inputValue(), OWNER.email);
  await login(page).enter(OWNER.email, OWNER.password);
  await page.waitForURL('**/agents');

  await frame(page).openMenu();
  await frame(page).signOut.click();
  await page.waitForURL('**/login');
  await page.goto('/billing');
  await page.waitForURL('**/login?*');
});

browserTest('the number is stepped and typed, and Subscribe leads through Checkout', {}, async ({ page, portal }) => {
  const bill = billing(page);
  await signIn(page);
  await bill.more.click();
  await bill.sum.filter({ hasText: '2 agents × $49.00 = $98.00/month' }).waitFor();
  assert.equal(await bill.count.inputValue(), '2');
  await bill.fewer.click();
  await bill.sum.filter({ hasText: '$49.00/month' }).waitFor();
  await bill.count.fill('3');
  await bill.subscribe.click();
  await payInCheckout(page, portal);
  await bill.toast('Subscription confirmed').waitFor();
  assert.match(await bill.badge.innerText(), /^Trial ends/);
  assert.match(await bill.usage.innerText(), /0 of 3/);
});

browserTest('another number shows its price, and is kept or confirmed', {}, async ({ page }) => {
  const bill = billing(page);
  await enter(page);
  await bill.open();
  await bill.more.click();
  await bill.quote.filter({ hasText: /^Nothing today, then \$196\.00 a month$/ }).waitFor();
  await bill.keep.click();
  await bill.quote.waitFor({ state: 'detached' });
  await bill.count.fill('5');
  await bill.showPrice.click();
  await bill.quote.filter({ hasText: /then \$245\.00 a month$/ }).waitFor();
  await bill.fewer.click();
  await bill.quote.filter({ hasText: /then \$196\.00 a month$/ }).waitFor();
  await bill.confirm.click();
  await bill.toast('You now have 4 seats').waitFor();
  assert.match(await bill.usage.innerText(), /0 of 4/);
});

browserTest('agents are hired, renamed, searched for, and switched, one and many', {}, async ({ page }) => {
  const team = agents(page);
  const { toast } = frame(page);
  await enter(page);
  await team.open();
  for (const name of ['Ada', 'Grace', 'Edsger', 'Alan']) await team.create(name);
  await toast('Alan is ready to work').waitFor();
  await team.full.waitFor();

  assert.equal(await team.selectAll.count(), 0);

  await team.rename('Ada', 'Ada Lovelace');
  await toast('Now called Ada Lovelace').waitFor();
  await team.turnOff('Alan').click();
  await toast('1 agent is off').waitFor();
  await team.usage('3 of 4 in use').waitFor();
  await team.turnOn('Alan').click();
  await team.usage('4 of 4 in use').waitFor();

  await team.search('GRA');
  await page.waitForURL('**search=GRA*');
  assert.equal(await team.rows.count(), 1);
  await team.turnOff('Grace').click();
  await toast('1 agent is off').waitFor();
  assert.equal(await team.rows.count(), 1);
  await team.search('nobody');
  await team.nobody.waitFor();
  await team.showAll.click();
  await team.row('Alan').waitFor();

  await team.select('Ada Lovelace').check();
  await team.select('Edsger').check();
  await team.turnSelected('off');
  await toast('2 agents are off').waitFor();
  await team.usage('1 of 4 in use').waitFor();
  for (const name of ['Ada Lovelace', 'Grace', 'Edsger']) await team.select(name).check();
  await team.turnSelected('on');
  await team.usage('4 of 4 in use').waitFor();
  await team.turnSelected('off');
  await team.error.filter({ hasText: 'Select agents first, 500 at most' }).waitFor();
});

browserTest('with fewer seats than agents in use, one chooses who leaves', {}, async ({ page }) => {
  const bill = billing(page);
  await enter(page);
  await bill.open();
  await bill.fewer.click();
  await bill.leaver('Alan').and(page.locator(':checked')).waitFor();
  await bill.leaver('Grace').check();
  await bill.confirm.click();
  await bill.error.filter({ hasText: 'Choose which ones to turn off' }).waitFor();
  await bill.leaver('Alan').uncheck();
  await bill.leaver('Grace').check();
  await bill.confirm.click();
  await bill.toast('You now have 3 seats').waitFor();
  const off = (await agentList(page)).filter(({ active }) => !active).map(({ name }) => name);
  assert.deepEqual(off, ['Grace']);
});

browserTest('cancelling asks in a dialog, and is taken back', {}, async ({ page }) => {
  const bill = billing(page);
  await enter(page);
  await bill.open();
  await bill.askToCancel.click();
  await bill.keepIt.click();
  await bill.dialog.waitFor({ state: 'hidden' });
  await bill.askToCancel.click();
  await bill.endIt.click();
  await bill.toast('Cancellation scheduled').waitFor();
  await bill.ending.waitFor();
  await bill.resume.click();
  await bill.toast('Welcome back').waitFor();
  assert.equal(await bill.ending.count(), 0);
});

browserTest('Stripe is read again, and its Billing Portal is a click away', {}, async ({ page, portal }) => {
  const bill = billing(page);
  await enter(page);
  await bill.open();
  await bill.refresh.click();
  await bill.toast('Up to date with Stripe').waitFor();
  await frame(page).dismiss.click();
  await bill.toast('Up to date').waitFor({ state: 'detached' });
  await bill.manage.click();
  await page.waitForURL(`${portal.sandbox}/**`);
});

browserTest('the timeline is filtered and paged', {}, async ({ page }) => {
  const timeline = activity(page);
  await enter(page);
  const [ada] = await agentList(page);
  for (let round = 0; round < 26; round += 1) {
    await turn(page, ada, false);
    await turn(page, ada, true);
  }
  await timeline.open();
  await timeline.filter('Agents').click();
  await page.waitForURL('**topic=agents');
  const newest = await timeline.told();
  assert.deepEqual(newest.slice(0, 2), ['Turned on Ada Lovelace', 'Turned off Ada Lovelace']);
  await timeline.older.click();
  await page.waitForURL('**before=*');
  const older = await timeline.told();
  assert.ok(older.includes('Created Ada'), older.join('\n'));
  assert.ok(!older.some((text) => /^Seats/.test(text)), older.join('\n'));
  await timeline.newest.click();
  await page.waitForURL((url) => !url.searchParams.has('before'));
  assert.deepEqual(await timeline.told(), newest);
  await timeline.filter('Payments').click();
  await timeline.nothing.waitFor();
  await timeline.filter('Subscription').click();
  await page.waitForURL('**topic=subscription');
  assert.ok((await timeline.told()).includes('Cancellation taken back'));
});

browserTest('language and appearance are chosen on any page, and stay', {}, async ({ page }) => {
  const { appearance, language, looks, openMenu, speaks } = frame(page);
  await enter(page);
  await agents(page).open();
  await openMenu();
  await appearance('Dark').click();
  await looks('dark').waitFor();
  await openMenu();
  await language('Deutsch').click();
  await speaks('de').waitFor();
  assert.equal(new URL(page.url()).pathname, '/agents');
  await page.goto('/billing');
  await speaks('de').and(looks('dark')).waitFor();
  assert.equal(await page.title(), 'Abrechnung · Portal');
});

browserTest('an end at once, and a second subscription without a trial', {}, async ({ page, portal }) => {
  const bill = billing(page);
  await enter(page);
  await bill.open();
  await bill.cancel('Now');
  await bill.toast('The subscription has ended').waitFor();
  assert.match(await bill.badge.innerText(), /^Canceled$/);
  await tenantOnce(page, 'canceled');
  await bill.resubscribe.click();
  await payInCheckout(page, portal);
  assert.match(await bill.badge.innerText(), /^Active$/);
});

browserTest('the account: another password, another session, and all of them ended', {}, async ({ page, portal }) => {
  const mine = account(page);
  const next = 'a much better secret';
  await signIn(page);
  // A session in another browser.
  const login = { method: 'POST', body: JSON.stringify(OWNER), headers: { 'content-type': 'application/json' } };
  assert.equal((await fetch(`${portal.url}/api/auth/login`, login)).status, 200);
  await mine.open();
  const before = await mine.sessions.count();
  await mine.end.first().click();
  await frame(page).toast('The session has ended').waitFor();
  assert.equal(await mine.sessions.count(), before - 1);

  await mine.changePassword('not the password', next);
  await mine.error.filter({ hasText: 'The current password is not right' }).waitFor();
  await mine.changePassword(OWNER.password, next);
  await frame(page).toast('Password changed').waitFor();
  assert.equal(await mine.sessions.count(), 1);
  await mine.signOutEverywhere.click();
  await page.waitForURL('**/login');
  await signIn(page, { ...OWNER, password: next });
});
