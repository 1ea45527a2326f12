// An operator of several companies: the switcher switches, the address names the current company, and
// no page of one shows anything of another's, with and without scripts.

import assert from 'node:assert/strict';
import { enter, hire, subscribe } from './api.mjs';
import { found } from './axe.mjs';
import { setup } from './harness.mjs';
import { activity, agents, billing, frame, open, ready } from './pages.mjs';
import { OWNER, TENANT } from './portal.mjs';

const DEMO = { id: TENANT, name: 'Demo Company' };
const SECOND = { id: 'tenant_second', name: 'Second Company' };
/** A company whose people have nothing to do with the owner. */
const THIRD = { id: 'tenant_third', name: 'Third Company' };

// Without scripts, the script that the page preloads is not loaded at all.
const browserTest = setup({ allow: [/^request: GET \S+\.js: csp$/] });

// The tests of a file share its portal and run in order.
browserTest('the companies are made', {}, async ({ page, portal }) => {
  await enter(page);
  await open(page, '/billing');
  assert.equal(await frame(page).tenant.count(), 0, 'with one company there is nothing to switch');
  for (const { id, name } of [SECOND, THIRD]) {
    await portal.command('tenant', 'add', '--id', id, name);
  }
  await portal.command('operator', 'add', OWNER.email, '--tenant', SECOND.id, '--role', 'owner');
  await subscribe(page, 3);
  await hire(page, 'Ada');
});

for (const javaScriptEnabled of [true, false]) {
  const context = { javaScriptEnabled };
  const how = javaScriptEnabled ? 'with scripts' : 'without scripts';

  browserTest(`switching, ${how}`, { context }, async ({ page }) => {
    const { switchTo, go } = frame(page);
    await enter(page);
    await open(page, '/billing');
    await looksAt(page, '/billing', DEMO);
    await billing(page).badge.filter({ hasText: 'Trial ends' }).waitFor();

    await switchTo(SECOND.name);
    await looksAt(page, '/billing', SECOND, SECOND.id);
    await billing(page).badge.filter({ hasText: 'No subscription' }).waitFor();
    await page.reload();
    await looksAt(page, '/billing', SECOND, SECOND.id);
    await billing(page).badge.filter({ hasText: 'No subscription' }).waitFor();

    await go('Agents');
    await looksAt(page, '/agents', SECOND, SECOND.id);
    await agents(page).usage('0 of 0 in use').waitFor();
    assert.equal(await agents(page).row('Ada').count(), 0);
    await switchTo(DEMO.name);
    await looksAt(page, '/agents', DEMO, DEMO.id);
    await agents(page).row('Ada').waitFor();

    await go('Activity');
    await looksAt(page, '/activity', DEMO, DEMO.id);
    assert.ok((await activity(page).told()).includes('Created Ada'));
    await switchTo(SECOND.name);
    await looksAt(page, '/activity', SECOND, SECOND.id);
    assert.deepEqual(await activity(page).told(), ['Olivia Owner joined as owner']);
    await page.goBack();
    await looksAt(page, '/activity', DEMO, DEMO.id);
  });

  const refused = { context, allow: [/^HTTP 404/, /^console: .* 404/] };
  browserTest(`a company of others, ${how}`, refused, async ({ page }) => {
    await enter(page);
    for (const path of ['/billing', '/agents', '/activity']) {
      await open(page, `${path}?tenant_id=${THIRD.id}`, 404);
      await page.getByRole('heading', { name: 'Not found' }).waitFor();
      const text = await page.locator('body').innerText();
      assert.ok(!text.includes(THIRD.name) && !text.includes('Ada'), text);
    }
  });
}

browserTest('nothing for axe to find', { context: { reducedMotion: 'reduce' } }, async ({ page }) => {
  await enter(page);
  for (const path of ['/billing', '/agents', '/activity', '/account']) {
    await open(page, `${path}?tenant_id=${SECOND.id}`);
    assert.deepEqual(await found(page), [], path);
    await page.locator('#tenants-menu').waitFor({ state: 'hidden' });
    // When open, it covers what is below.
    await frame(page).tenant.click();
    await page.locator('#tenants-menu').waitFor();
    assert.deepEqual(await found(page, '.menu.tenants'), [], `the switcher on ${path}`);
  }
});

browserTest('who is taken out of a company no longer sees it', { allow: [/^HTTP 404/, /^console: .* 404/] }, async ({ page, portal }) => {
  await enter(page);
  await open(page, `/billing?tenant_id=${SECOND.id}`);
  const another = ['another@example.com', '--name', 'Another', '--tenant', SECOND.id, '--role', 'owner'];
  await portal.command('operator', 'add', ...another);
  await portal.command('operator', 'remove', OWNER.email, '--tenant', SECOND.id);
  await page.getByRole('heading', { name: 'Not found' }).waitFor({ timeout: 20_000 });
  assert.equal(await billing(page).badge.count(), 0);
});

/** Waits until the page is this one, of this company, by its frame and its address. */
async function looksAt(page, path, { name }, inAddress) {
  await page.waitForURL(({ pathname, searchParams }) =>
    pathname === path && (searchParams.get('tenant_id') ?? undefined) === inAddress);
  await ready(page);
  await frame(page).tenant.filter({ hasText: name }).waitFor();
}
