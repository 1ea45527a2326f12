// Runs axe-core in the page as it is.

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'best-practice'];

/** What axe finds in the page as it is now, or in the part that a selector matches. */
export async function found(page, part = 'html') {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(AXE);
  const { violations } = await page.evaluate(([part, tags]) => {
    const runOnly = { type: 'tag', values: tags };
    // Off by default.
    const rules = { 'target-size': { enabled: true } };
    return globalThis.axe.run(part, { runOnly, rules, resultTypes: ['violations'] });
  }, [part, TAGS]);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`));
}
