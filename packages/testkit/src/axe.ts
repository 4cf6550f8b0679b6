/** What axe-core finds on a page, by the rules of WCAG 2.0 to 2.2, A and AA. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

type Finding = { id: string; nodes: { target: string[]; failureSummary?: string }[] };

/** To be called once for each page that is loaded, before `findings`. */
export async function loadAxe(page: Page): Promise<void> {
  await page.evaluate(AXE);
}

/**
 * One line for each finding: everything in the light, and in the dark what a theme can change.
 *
 * @param within a selector; the whole page by default
 */
export async function findings(
  page: Page,
  theme: 'light' | 'dark',
  within?: string,
): Promise<string[]> {
  await page.emulateMedia({ colorScheme: theme });
  const only =
    theme === 'light' ? JSON.stringify(RULES) : '{ type: "rule", values: ["color-contrast"] }';
  const where = within ? JSON.stringify(within) : 'document';
  const found = (await page.evaluate(
    `axe.run(${where}, { runOnly: ${only}, resultTypes: ['violations'] }).then((all) => all.violations)`,
  )) as Finding[];
  return found.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${theme} ${id}: ${node.target.join(' ')} ${node.failureSummary ?? ''}`),
  );
}
