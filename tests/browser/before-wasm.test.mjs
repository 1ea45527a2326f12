// Between the first paint and the WebAssembly: the page already works, and nothing is lost, moves or is
// logged when the browser takes it over.

import assert from 'node:assert/strict';
import { agentList, become, change, enter, hire, tenantOnce } from './api.mjs';
import { hold, shifts, slowNetwork, watchShifts } from './early.mjs';
import { setup } from './harness.mjs';
import { payInCheckout } from './hosted.mjs';
import { agents, billing } from './pages.mjs';

const browserTest = setup();

// The tests of a file share its portal and run in order.
staysStill('without a subscription');

browserTest('the first click works', {}, async ({ page, portal }) => {
  const bill = billing(page);
  const early = await hold(page);
  await early.open('/billing');
  await bill.more.click();
  await bill.sum.filter({ hasText: '2 agents × $49.00 = $98.00/month' }).waitFor();
  await bill.subscribe.click();
  await page.waitForURL(`${portal.sandbox}/**`);
});

browserTest('a number typed early is the number that is bought', {}, async ({ page, portal }) => {
  const bill = billing(page);
  const early = await hold(page);
  await early.open('/billing');
  await bill.count.fill('3');
  await early.release();
  await bill.sum.filter({ hasText: '3 agents × $49.00 = $147.00/month' }).waitFor();
  assert.equal(await bill.count.inputValue(), '3');
  await bill.subscribe.click();
  await payInCheckout(page, portal);
  assert.equal((await tenantOnce(page, 'trialing')).agent_quota, 3);
});

staysStill('in the trial');

for (const [name, width] of [['a wide', 1280], ['a narrow', 360]]) {
  const context = { viewport: { width, height: 720 } };
  browserTest(`nothing moves while ${name} page arrives piece by piece`, { context }, async ({ page, portal }) => {
    const network = await slowNetwork(portal);
    try {
      await watchShifts(page);
      await enter(page);
      await page.goto(`${network.url}/billing`);
      await billing(page).invoicesLoaded.waitFor();
      assert.deepEqual(await shifts(page), []);
    } finally {
      network.close();
    }
  });
}

browserTest('the sign-in has the focus on a slow network too', {}, async ({ page, portal }) => {
  const network = await slowNetwork(portal);
  try {
    await page.goto(`${network.url}/login`);
    await page.locator('input[name="email"]:focus').waitFor();
  } finally {
    network.close();
  }
});

browserTest('agents selected and named early stay so', {}, async ({ page }) => {
  const team = agents(page);
  const early = await hold(page);
  await hire(page, 'Ada', 'Grace');
  await early.open('/agents');
  await team.select('Grace').check();
  await team.name.fill('Edsger');
  await early.release();
  await team.selected('1 selected').waitFor();
  assert.equal(await team.name.inputValue(), 'Edsger');
  await team.turnSelected('off');
  await team.usage('1 of 3 in use').waitFor();
  assert.deepEqual((await agentList(page)).map(({ active }) => active), [true, false]);
  await team.selectAll.check();
  await team.turnSelected('on');
  await team.usage('2 of 3 in use').waitFor();
});

browserTest('what is typed into the search early is searched for', {}, async ({ page }) => {
  const team = agents(page);
  const early = await hold(page);
  await early.open('/agents');
  await page.getByRole('searchbox').fill('grac');
  await early.release();
  await team.row('Ada').waitFor({ state: 'detached' });
  await team.row('Grace').waitFor();
});

browserTest('who is chosen early to leave, leaves', {}, async ({ page }) => {
  const bill = billing(page);
  const early = await hold(page);
  await early.open('/billing?seats=1');
  await bill.leaver('Grace').uncheck();
  await bill.leaver('Ada').check();
  await early.release();
  await bill.confirm.click();
  await bill.toast('You now have 1 seat').waitFor();
  assert.deepEqual((await agentList(page)).map(({ active }) => active), [false, true]);
});

staysStill('before it ends', ({ page }) => change(page, 'cancel'));

browserTest('a dialog opened early is answered as it was filled in', {}, async ({ page }) => {
  const bill = billing(page);
  const early = await hold(page);
  await change(page, 'resume');
  await early.open('/billing');
  await bill.askToCancel.click();
  await bill.when('Now').check();
  await early.release();
  await bill.endIt.click();
  await bill.toast('The subscription has ended').waitFor();
  await tenantOnce(page, 'canceled');
});

staysStill('after its end');
staysStill('while it is paid for', (world) => become(world, 'canceled', 'active'));
staysStill('while a payment is due', (world) => become(world, 'active', 'past_due'));
staysStill('while it is unpaid', (world) => become(world, 'past_due', 'unpaid'));

/** Tests that nothing on /billing moves and nothing is logged when the browser takes it over. */
function staysStill(name, arrange = async () => {}) {
  browserTest(`nothing moves and nothing is logged ${name}`, {}, async ({ page, portal }) => {
    const logged = [];
    page.on('console', (message) => logged.push(message.text()));
    const early = await hold(page);
    await arrange({ page, portal });
    await early.open('/billing');
    await billing(page).badge.waitFor();
    await early.release();
    await billing(page).invoicesLoaded.waitFor();
    assert.deepEqual(await shifts(page), []);
    assert.deepEqual(logged, []);
  });
}
