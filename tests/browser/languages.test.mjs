// The page uses the browser's language until another is chosen, and shows the browser's time once it
// has been taken over.

import assert from 'node:assert/strict';
import { enter, hire, subscribe } from './api.mjs';
import { hold } from './early.mjs';
import { setup } from './harness.mjs';
import { activity, billing, frame, open } from './pages.mjs';

const ZONE = 'Pacific/Auckland';

const browserTest = setup();

// The tests of a file share its portal and run in order.
browserTest('German, as the browser asks for, until English is chosen', { context: { locale: 'de-AT' } }, async ({ page }) => {
  const { language, openMenu, speaks } = frame(page);
  await page.goto('/login');
  await speaks('de').waitFor();
  assert.equal(await page.title(), 'Anmelden · Portal');
  await enter(page);
  await open(page, '/billing');
  await speaks('de').waitFor();
  await billing(page).sum.filter({ hasText: '1 Agent × 49,00 $ = 49,00 $/Monat' }).waitFor();

  await openMenu();
  await language('English').click();
  await speaks('en').waitFor();
  await billing(page).offer.waitFor();
  assert.equal(await page.title(), 'Billing · Portal');
  await open(page, '/account');
  assert.equal(await page.title(), 'Account · Portal');
});

const SMALL = { locale: 'de-AT', viewport: { width: 320, height: 640 } };
browserTest('every place is seen whole on a small phone, in the longer language', { context: SMALL }, async ({ page }) => {
  const { content, language, openMenu, places, speaks } = frame(page);
  await enter(page);
  await open(page, '/billing');
  await speaks('de').waitFor();
  const { scrollWidth, clientWidth } = await places.evaluate(({ scrollWidth, clientWidth }) => ({ scrollWidth, clientWidth }));
  assert.ok(scrollWidth <= clientWidth, `${scrollWidth} of ${clientWidth}`);
  await page.getByRole('link', { name: 'Verlauf' }).click();
  await content.getByRole('heading', { name: 'Verlauf' }).waitFor();
  await openMenu();
  await language('English').click();
  await speaks('en').waitFor();
});

browserTest('the appearance is chosen in place, and stays', {}, async ({ page }) => {
  const { appearance, looks, openMenu } = frame(page);
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await enter(page);
  await open(page, '/billing');
  const light = await ground();
  await openMenu();
  await appearance('Dark').click();
  await looks('dark').waitFor();
  const dark = await ground();
  assert.notEqual(dark, light);
  await page.reload();
  await looks('dark').waitFor();
  assert.equal(await ground(), dark);
});

browserTest('times are in UTC at first, and in the browser\'s zone from then on', { context: { timezoneId: ZONE } }, async ({ page }) => {
  const bill = billing(page);
  const timeline = activity(page);
  const early = await hold(page);
  const tenant = await subscribe(page, 1);
  await hire(page, 'Ada');
  await early.open('/billing');
  assert.match(await bill.asOf.innerText(), /\d\d:\d\d UTC$/);
  assert.equal(await bill.badge.innerText(), `Trial ends ${day(tenant.trial_ends_at, 'UTC')}`);
  await early.release();
  assert.match(await bill.asOf.innerText(), /\d\d:\d\d$/);
  assert.equal(await bill.badge.innerText(), `Trial ends ${day(tenant.trial_ends_at, ZONE)}`);

  await timeline.open();
  const times = await timeline.times.evaluateAll((all) =>
    all.map(({ dateTime, textContent }) => [dateTime, textContent]));
  assert.ok(times.length > 2, JSON.stringify(times));
  for (const [exact, told] of times) assert.equal(told, time(exact, ZONE));
});

/** "8 December 2026". */
function day(at, timeZone) {
  const parts = { day: 'numeric', month: 'long', year: 'numeric', timeZone };
  return new Intl.DateTimeFormat('en-GB', parts).format(new Date(at));
}

/** "09:05". */
function time(at, timeZone) {
  const parts = { hour: '2-digit', minute: '2-digit', timeZone };
  return new Intl.DateTimeFormat('en-GB', parts).format(new Date(at));
}
