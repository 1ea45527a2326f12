// The team with scripts on: a long list page by page, and a focus that stays in place.

import assert from 'node:assert/strict';
import { agentList, enter, hire, subscribe } from './api.mjs';
import { found } from './axe.mjs';
import { setup } from './harness.mjs';
import { agents, billing, frame, ready } from './pages.mjs';

const SEATS = 53;

const browserTest = setup({ context: { reducedMotion: 'reduce' } });

// The tests of a file share its portal and run in order.
browserTest('many agents are turned over like pages, found at once, and switched by the page', {}, async ({ page }) => {
  const team = agents(page);
  const { toast } = frame(page);
  await enter(page);
  await subscribe(page, SEATS);
  await hire(page, ...Array.from({ length: SEATS - 1 }, (_, index) => `Agent ${index + 1}`));
  await team.open();
  assert.equal(await team.rows.count(), 50);
  await team.part('1–50 of 52').waitFor();
  assert.deepEqual(await found(page), []);
  await team.next.click();
  await page.waitForURL('**/agents?page=2');
  await team.part('51–52 of 52').waitFor();
  assert.equal(await team.rows.count(), 2);
  assert.equal(await team.next.count(), 0);

  await team.selectAll.check();
  await team.turnSelected('off');
  await toast('2 agents are off').waitFor();
  assert.deepEqual(
    (await agentList(page)).filter(({ active }) => !active).map(({ name }) => name),
    ['Agent 1', 'Agent 2'],
  );
  await team.part('51–52 of 52').waitFor();
  await page.getByRole('searchbox').fill('agent 52');
  await team.turnOff('Agent 52').waitFor();
  assert.equal(await team.rows.count(), 1);
  await page.getByRole('searchbox').fill('');
  await team.part('51–52 of 52').waitFor();
  await team.previous.click();
  await team.part('1–50 of 52').waitFor();

  // A search that was cleared doesn't come back with a reload.
  await page.getByRole('searchbox').fill('agent 52');
  await page.getByRole('searchbox').press('Enter');
  await page.waitForURL('**/agents?search=agent%2052');
  await page.getByRole('searchbox').fill('');
  await page.waitForURL('**/agents');
  await team.part('1–50 of 52').waitFor();

  // A newly hired agent is visible.
  await team.next.click();
  await page.getByRole('searchbox').fill('agent 1');
  await team.create('Ada');
  await team.part('1–50 of 53').waitFor();
  assert.equal(await page.getByRole('searchbox').inputValue(), '');
});

browserTest('what a form came back with is said on its page, and on no later one', { allow: [/^HTTP 422/, /^console: .* 422/] }, async ({ page }) => {
  const team = agents(page);
  const { go } = frame(page);
  await enter(page);
  await team.open();
  // As it is sent before the scripts have loaded.
  await page.locator('form.create').evaluate((form) => form.submit());
  const said = team.error.filter({ hasText: '1 to 80 characters' });
  await said.waitFor();
  await ready(page);
  await go('Billing');
  await billing(page).usage.waitFor();
  assert.equal(await team.error.count(), 0);
  await go('Agents');
  await team.name.waitFor();
  assert.equal(await said.count(), 0);
});

browserTest('a double click turns an agent off, and hires one', {}, async ({ page }) => {
  const team = agents(page);
  // Slow enough for the answer to come in between.
  const slowly = { delay: 150 };
  await enter(page);
  await team.open();
  await team.turnOff('Ada').dblclick(slowly);
  await team.turnOn('Ada').and(page.locator(':not([aria-busy])')).waitFor();
  assert.equal((await agentList(page)).find(({ name }) => name === 'Ada').active, false);

  await team.name.fill('Twice');
  await page.getByRole('button', { name: 'Create agent' }).dblclick(slowly);
  await team.row('Twice').waitFor();
  assert.equal((await agentList(page)).filter(({ name }) => name === 'Twice').length, 1);
});

browserTest('who hires into the last seat keeps the focus', {}, async ({ page }) => {
  const team = agents(page);
  await enter(page);
  await team.open();
  for (let number = 1; number <= 2; number += 1) {
    await team.name.fill(`Newcomer ${number}`);
    await page.keyboard.press('Enter');
    await team.row(`Newcomer ${number}`).waitFor();
    await team.name.and(page.locator(':focus')).waitFor();
  }
  await team.full.waitFor();
  assert.equal(await team.name.isEditable(), false);
  await page.keyboard.press('Tab');
  assert.equal(await page.locator(':focus').count(), 1);
});

browserTest('what fails while its agent is searched away is not shown as done', { allow: [/^HTTP 503/, /^console: .* 503/] }, async ({ page }) => {
  const team = agents(page);
  await enter(page);
  await team.open();
  let answer;
  await page.route('**/deactivate', async (route) => {
    await new Promise((resolve) => { answer = resolve; });
    await route.fulfill({ status: 503, json: { error: { code: 'stripe_unavailable', message: '' } } });
  });
  await team.turnOff('Newcomer 1').click();
  await team.turnOn('Newcomer 1').waitFor();
  await page.getByRole('searchbox').fill('nobody of this name');
  await team.row('Newcomer 1').waitFor({ state: 'detached' });
  answer();
  await page.getByRole('searchbox').fill('');
  await team.turnOff('Newcomer 1').waitFor();
});
