// The figures, each beside its target.

const rows = [];

/** Records a figure; `target` says whether it was met, and is left out if there is none. */
export function note(database, tenants, what, figure, unit, target) {
  rows.push({ database, tenants, what, figure: `${round(figure)}${unit}`, ...target });
  console.error(`  ${what}: ${round(figure)}${unit}${target ? ` (${target.wanted}: ${target.met ? 'met' : 'not met'})` : ''}`);
}

export const atLeast = (figure, wanted, of = '') =>
  ({ wanted: `≥ ${round(wanted)}${of}`, met: figure >= wanted });
export const atMost = (figure, wanted, unit) =>
  ({ wanted: `≤ ${round(wanted)}${unit}`, met: figure <= wanted });

/** All figures as a table. */
export function table() {
  const head = ['database', 'tenants', 'what', 'figure', 'target', ''];
  const lines = rows.map(({ database, tenants, what, figure, wanted, met }) =>
    [database, tenants.toLocaleString('en'), what, figure, wanted ?? '', wanted ? (met ? 'met' : 'not met') : '']);
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function round(figure) {
  return figure >= 100 ? Math.round(figure).toLocaleString('en') : figure.toFixed(2);
}
