import { IJupyterLabPageFixture } from '@jupyterlab/galata';
import { Locator } from '@playwright/test';
import { join } from 'path';

const FOLDER = join(__dirname, 'screenshots-out');

/** Run `check` in the light and in the dark theme. */
export async function inBothThemes(
  page: IJupyterLabPageFixture,
  check: (theme: 'light' | 'dark') => Promise<void>
): Promise<void> {
  await page.theme.setLightTheme();
  await check('light');
  await page.theme.setDarkTheme();
  await check('dark');
  await page.theme.setLightTheme();
}

/** Keep a picture of a part as it is, `<name>.png`. */
export async function snap(
  name: string,
  part: Pick<Locator, 'screenshot'>
): Promise<void> {
  await part.screenshot({
    path: join(FOLDER, `${name}.png`),
    // to end them would close notes, whose time is an animation
    animations: 'allow'
  });
}

/** Keep pictures of a state, `<name>-light.png` and `<name>-dark.png`. */
export async function photograph(
  page: IJupyterLabPageFixture,
  name: string,
  part?: Locator
): Promise<void> {
  // nothing looks pointed at
  await page.mouse.move(0, 0);
  await inBothThemes(page, async theme => {
    // the page's body has no height of its own: take the page
    await snap(`${name}-${theme}`, part ?? page);
  });
}
