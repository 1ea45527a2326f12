// What the billing page shows and offers in each of the six states.

import assert from 'node:assert/strict';
import { become, tenantOnce } from './api.mjs';
import { setup } from './harness.mjs';
import { payInCheckout } from './hosted.mjs';
import { billing, signIn } from './pages.mjs';

const browserTest = setup();

/** How many of each are on the page; what isn't listed must not be there. */
const STATES = {
  none: { tone: 'gray', badge: /^No subscription$/, subscribe: 1, offer: 1 },
  trialing: { tone: 'blue', badge: /^Trial ends \d{1,2} \w+ \d{4}$/, manage: 1 },
  active: { tone: 'green', badge: /^Active$/, manage: 1 },
  past_due: { tone: 'amber', badge: /^Payment required$/, updatePayment: 2, paymentBanner: 1 },
  unpaid: { tone: 'red', badge: /^Unpaid$/, updatePayment: 2, unpaidBanner: 1 },
  canceled: { tone: 'red', badge: /^Canceled$/, resubscribe: 1 },
};
const CONTROLS = [
  'subscribe', 'manage', 'updatePayment', 'resubscribe', 'offer', 'paymentBanner', 'unpaidBanner',
];

// The tests of a file share its portal and run in order: the first has no subscription, the second
// makes one, and the others set its status.
browserTest('none: gray, Subscribe, and the free trial', {}, async ({ page }) => {
  await signIn(page);
  await check(page, 'none');
});

browserTest('trialing: blue, Manage Billing', {}, async ({ page, portal }) => {
  await signIn(page);
  await billing(page).subscribe.click();
  await payInCheckout(page, portal);
  await check(page, 'trialing');
});

for (const [before, status, title] of [
  ['trialing', 'active', 'active: green, Manage Billing'],
  ['active', 'past_due', 'past_due: amber, Update Payment, and a banner on top'],
  ['past_due', 'unpaid', 'unpaid: red, Update Payment, and a banner on top'],
  ['unpaid', 'canceled', 'canceled: red, Resubscribe'],
]) {
  browserTest(title, {}, async ({ page, portal }) => {
    await signIn(page);
    await become({ page, portal }, before, status);
    await check(page, status);
  });
}

async function check(page, status) {
  const expected = STATES[status];
  await tenantOnce(page, status);
  const bill = billing(page);
  await bill.open();
  assert.equal(await bill.badge.count(), 1);
  assert.equal(await bill.badge.getAttribute('data-tone'), expected.tone);
  assert.match(await bill.badge.innerText(), expected.badge);
  for (const control of CONTROLS) {
    assert.equal(await bill[control].count(), expected[control] ?? 0, `${control} in ${status}`);
  }
  await aboveTheCard(bill.paymentBanner, bill.card);
}

async function aboveTheCard(banner, card) {
  if ((await banner.count()) === 0) return;
  const [upper, lower] = [await banner.boundingBox(), await card.boundingBox()];
  assert.ok(upper.y + upper.height <= lower.y, 'the banner is not on top');
}
