// Tax and a promotion code: applied at Checkout, and named in the quote of a seat change.

import assert from 'node:assert/strict';
import { tenantOnce } from './api.mjs';
import { setup } from './harness.mjs';
import { orderInCheckout, payInCheckout } from './hosted.mjs';
import { billing, signIn } from './pages.mjs';

const DAY = 24 * 60 * 60;

const browserTest = setup({
  environment: { STRIPE_AUTOMATIC_TAX: 'true', STRIPE_ALLOW_PROMOTION_CODES: 'true' },
});

browserTest('a code and the tax are seen before paying, and in what more seats cost', {}, async ({ page, portal }) => {
  const bill = billing(page);
  await portal.stripe('POST', 'coupons', { id: 'LAUNCH', percent_off: '20', duration: 'forever' });
  await portal.stripe('POST', 'promotion_codes', {
    'promotion[type]': 'coupon',
    'promotion[coupon]': 'LAUNCH',
    code: 'LAUNCH20',
  });
  await signIn(page);
  await bill.subscribe.click();
  await page.waitForURL(`${portal.sandbox}/**`);
  const order = orderInCheckout(page);
  await order.enterCode('LAUNCH20');
  await order.says('-$9.80');
  await order.address('DE', '10115');
  await order.says('$7.45');
  await payInCheckout(page, portal);

  await tenantOnce(page, 'trialing');
  await portal.advance(24 * DAY);
  await tenantOnce(page, 'active');
  await bill.open();
  await bill.next.filter({ hasText: /^Next: \$46\.65 on / }).waitFor();
  await bill.more.click();
  await bill.quote.filter({ hasText: /^\$\d+\.\d\d today, then \$93\.30 a month$/ }).waitFor();
  assert.match(await bill.change.innerText(), /Discount[\s\S]*Tax/);
  await bill.confirm.click();
  await bill.toast('You now have 2 seats').waitFor();

  // In its first hour a renewal is a draft: it is what is charged next.
  const end = new Date((await tenantOnce(page, 'active')).current_period_end);
  await portal.advanceTo(end.getTime() / 1_000 + 60);
  await bill.open();
  const day = await page.evaluate((time) => new Date(time).toLocaleDateString('en-GB', { dateStyle: 'long' }), end.getTime());
  await bill.next.filter({ hasText: `Next: $93.30 on ${day}` }).waitFor();
});
