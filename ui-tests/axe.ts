import AxeBuilder from '@axe-core/playwright';
import { Page } from '@playwright/test';
import { PANEL_ID } from './panel';

/** What axe finds wrong in a part of the page, in words. */
export async function violations(
  page: Page,
  part = `[id="${PANEL_ID}"]`
): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).include(part).analyze();
  return violations.map(
    ({ id, help, nodes }) =>
      `${id}: ${help} (${nodes.map(node => node.html).join(' | ')})`
  );
}
