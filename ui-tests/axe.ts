import AxeBuilder from '@axe-core/playwright';
import { expect, Page } from '@playwright/test';
import { PANEL_ID } from './panel';
import { snap } from './screenshots';
import { Visitor } from './visitor';

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

export interface IView {
  name: string;
  open?(visitor: Visitor): Promise<void>;
}

/**
 * Go through views of the panel in both themes, narrow and wide; axe finds
 * nothing, nothing scrolls sideways, and a picture of each is kept.
 */
export async function lookAt(
  visitor: Visitor,
  ...views: IView[]
): Promise<void> {
  const { page, panel } = visitor;
  for (const theme of ['dark', 'light']) {
    await (theme === 'dark'
      ? page.theme.setDarkTheme()
      : page.theme.setLightTheme());
    for (const width of [240, 600]) {
      await panel.setWidth(width);
      for (const { name, open } of views) {
        await open?.(visitor);
        await page.mouse.move(0, 0);
        const where = `${name}, ${theme}, ${width} px`;
        expect.soft(await violations(page), where).toEqual([]);
        const overflow = await panel.root.evaluate(
          ({ scrollWidth, clientWidth }) => scrollWidth - clientWidth
        );
        expect.soft(overflow, `sideways scrolling: ${where}`).toBe(0);
        await snap(`view-${name}-${width}-${theme}`, panel.root);
      }
    }
  }
}
