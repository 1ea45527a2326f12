// Gives every test file its own portal, the built one on its own database, and a real Chromium. A test
// fails on whatever the browser complains about, unless the test expects it.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';
import { ROOT } from '../harness/binary.mjs';
import { startPortal } from './portal.mjs';

const SCREENSHOTS = join(ROOT, 'target/browser');

/** How long a test may take, and how long the browser may take for one step of it. */
const TEST_TIMEOUT = 120_000;
const STEP_TIMEOUT = 15_000;

/** The options of a test's browser, unless the test sets others. */
const CONTEXT = {
  // Far from UTC, and with other formats than the server's: a page that renders a date or a number in
  // the browser's way breaks its own hydration here.
  locale: 'en-GB',
  timezoneId: 'Pacific/Auckland',
};

/**
 * Starts a portal and a browser for the tests of this file, and stops them after the last one.
 * `environment` is set for the portal, `context` has options for every test's browser context, and
 * `allow` lists patterns of complaints that any test may cause.
 *
 * Returns `browserTest(name, options, body)`. The body gets `page`, not signed in, and `portal`.
 * `options.allow` lists patterns of complaints that the test causes on purpose, `options.context` has
 * options for this test's browser context.
 */
export function setup({ environment, context: ofFile, allow = [] } = {}) {
  let portal;
  let browser;
  before(async () => {
    portal = await startPortal(environment);
    browser = await startChromium();
  });
  after(async () => {
    await browser?.close();
    await portal?.stop();
  });

  return function browserTest(name, options, body) {
    test(name, { timeout: TEST_TIMEOUT }, async (t) => {
      const context = await openContext(browser, portal, { ...ofFile, ...options.context });
      const complaints = listen(context, [...allow, ...(options.allow ?? [])]);
      const page = await context.newPage();
      try {
        await body({ page, portal });
        assert.deepEqual(complaints, [], 'the browser complained');
      } catch (error) {
        await report(t, { name, page, portal, complaints });
        throw error;
      } finally {
        await context.close();
      }
    });
  };
}

/** A person's browser, empty at first. */
export async function openContext(browser, portal, options) {
  const context = await browser.newContext({ ...CONTEXT, baseURL: portal.url, ...options });
  context.setDefaultTimeout(STEP_TIMEOUT);
  return context;
}

/** Collects console errors, uncaught exceptions, failed requests and HTTP errors of every page. */
function listen(context, allow) {
  const complaints = [];
  const complain = (text) => {
    if (!allow.some((pattern) => pattern.test(text))) complaints.push(text);
  };
  context.on('console', (message) => {
    if (message.type() === 'error') {
      complain(`console: ${message.text()} (${message.location().url})`);
    }
  });
  context.on('weberror', (thrown) => complain(`exception: ${thrown.error().stack}`));
  context.on('requestfailed', (request) => {
    // The browser itself cancels what is in progress when the page is left.
    const reason = request.failure()?.errorText;
    if (reason !== 'net::ERR_ABORTED') {
      complain(`request: ${request.method()} ${request.url()}: ${reason}`);
    }
  });
  context.on('response', (response) => {
    if (response.status() >= 400) {
      complain(`HTTP ${response.status()}: ${response.request().method()} ${response.url()}`);
    }
  });
  return complaints;
}

/** Reports what helps to understand a failure: a screenshot, the complaints, and the portal's log. */
async function report(t, { name, page, portal, complaints }) {
  const file = join(SCREENSHOTS, `${name.replaceAll(/\W+/g, '-')}.png`);
  try {
    await mkdir(SCREENSHOTS, { recursive: true });
    await page.screenshot({ path: file, fullPage: true });
    t.diagnostic(`screenshot of ${page.url()}: ${file}`);
  } catch (error) {
    t.diagnostic(`no screenshot: ${error.message}`);
  }
  for (const complaint of complaints) t.diagnostic(complaint);
  t.diagnostic(`the portal's last lines:\n${portal.log()}`);
}

/** A headless Chromium. */
export function startChromium() {
  return chromium.launch({
    executablePath: findChromium(),
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** The system's browser; playwright-core comes without one. */
function findChromium() {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  for (const name of [process.env.CHROMIUM, ...names].filter(Boolean)) {
    try {
      return execFileSync('which', [name], { encoding: 'utf8' }).trim();
    } catch {
      // Try the next one.
    }
  }
  throw new Error('no Chromium: install one (.ci/setup test does), or name it in CHROMIUM');
}
