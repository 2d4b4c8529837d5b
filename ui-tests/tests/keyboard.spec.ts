import { expect, Page } from '@playwright/test';
import { Api } from '../api';
import { test } from '../fixtures';

/** Press a key until this has the focus; says where it went when it does not. */
async function reach(page: Page, key: string, name: RegExp): Promise<void> {
  const way: string[] = [];
  for (let n = 0; n < 40; n++) {
    await page.keyboard.press(key);
    const label = await page.evaluate(() => {
      const { activeElement: at } = document;
      return at?.getAttribute('aria-label') ?? at?.textContent?.trim() ?? '';
    });
    if (name.test(label)) {
      return;
    }
    way.push(label);
  }
  throw new Error(`${key} never reached ${name}: ${way.join(', ')}`);
}

/** Choose an entry of the menu that is open, with the arrows. */
async function choose(page: Page, name: RegExp): Promise<void> {
  const active = page.locator('.lm-Menu .lm-Menu-item.lm-mod-active');
  await expect(async () => {
    await page.keyboard.press('ArrowDown');
    await expect(active).toHaveText(name, { timeout: 200 });
  }).toPass({ intervals: [0] });
  await page.keyboard.press('Enter');
}

test('talking needs no mouse', async ({ as, scene, server }) => {
  await new Api(server, 'ben').post(scene.id, 'which quarter is it?');
  const ann = await as('ann');
  const { page, panel } = ann;
  await panel.open(scene);
  await panel.close();

  await page.locator('.jp-LauncherCard').first().focus();
  await page.keyboard.press('ControlOrMeta+Alt+j');
  await expect(panel.composer).toBeFocused();
  await page.keyboard.type('typed without a mouse');
  await page.keyboard.press('Enter');
  await expect(panel.message('typed without a mouse')).toBeVisible();

  // react, by the buttons of a message
  await reach(page, 'Shift+Tab', /^React$/);
  await page.keyboard.press('Enter');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(panel.reaction('typed without a mouse', '✔')).toBeVisible();

  // edit it
  await reach(page, 'Tab', /^Edit$/);
  await page.keyboard.press('Enter');
  await page.keyboard.press('End');
  await page.keyboard.type(' at all');
  await page.keyboard.press('Enter');
  await expect(panel.message('typed without a mouse at all')).toContainText(
    'edited'
  );

  // answer Ben in a thread, and go back to the conversation
  await page.keyboard.press('ControlOrMeta+Alt+j');
  await expect(panel.composer).toBeFocused();
  await reach(page, 'Shift+Tab', /^Copy link$/);
  await reach(page, 'Shift+Tab', /^Reply in thread$/);
  await reach(page, 'Shift+Tab', /^Copy link$/);
  await reach(page, 'Shift+Tab', /^Reply in thread$/);
  await page.keyboard.press('Enter');
  await expect(panel.composer).toBeFocused();
  await page.keyboard.type('the second');
  await page.keyboard.press('Enter');
  await expect(panel.message('the second')).toBeVisible();
  await reach(page, 'Shift+Tab', /^Threads/);
  await page.keyboard.press('ArrowLeft');
  await expect(panel.message('which quarter is it?')).toContainText('1 reply');
});

test('finding, inviting and changing the session need no mouse', async ({
  as,
  scene,
  server
}) => {
  await new Api(server, 'ben').post(scene.id, 'the walrus question');
  const ann = await as('ann');
  const { page, panel } = ann;
  await panel.open(scene);
  await page.keyboard.press('ControlOrMeta+Alt+j');

  await reach(page, 'Shift+Tab', /^Search messages$/);
  await page.keyboard.press('Enter');
  await expect(panel.root.getByRole('searchbox')).toBeFocused();
  await page.keyboard.type('walrus');
  await expect(panel.searchResults).toHaveCount(1);
  await reach(page, 'Tab', /walrus question/);
  await page.keyboard.press('Enter');
  await expect(panel.message('the walrus question')).toBeInViewport();

  await page.keyboard.press('ControlOrMeta+Alt+j');
  await reach(page, 'Shift+Tab', /^Session menu$/);
  await page.keyboard.press('Enter');
  await choose(page, /^Invite/);
  await expect(panel.dialog).toContainText(`Invite to “${scene.name}”`);
  await reach(page, 'Tab', /^Make a link$/);
  await page.keyboard.press('Enter');
  await expect(
    panel.dialog.getByRole('textbox', { name: 'Invitation link' })
  ).toHaveValue(/collab-invite=/);
  await page.keyboard.press('Escape');
  await expect(panel.dialog).toHaveCount(0);

  await page.keyboard.press('ControlOrMeta+Alt+j');
  await reach(page, 'Shift+Tab', new RegExp(`^${scene.name}`));
  await page.keyboard.press('Enter');
  await choose(page, /^Everyone/);
  await expect(panel.sessionName).toContainText('Everyone');
  await panel.live();
});
