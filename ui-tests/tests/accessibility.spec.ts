import { Api } from '../api';
import { violations } from '../axe';
import { expect, test } from '../fixtures';
import { inBothThemes, photograph } from '../screenshots';

test('axe finds nothing, in both themes, narrow and wide', async ({
  as,
  scene,
  server
}) => {
  test.slow();
  const api = new Api(server, 'ben');
  await api.post(scene.id, 'a [link](notes.md), `code` and\n\n- a\n- list');
  await api.post(scene.id, '```python\nprint("hello")\n```');
  const ann = await as('ann');
  await ann.panel.open(scene);
  await ann.panel.send('and one of mine');
  for (const width of [240, 600]) {
    await ann.panel.setWidth(width);
    await inBothThemes(ann.page, async theme => {
      expect(await violations(ann.page), `${theme}, ${width} px`).toEqual([]);
    });
    await photograph(ann.page, `panel-${width}`, ann.panel.root);
    const overflow = await ann.panel.root.evaluate(
      panel => panel.scrollWidth - panel.clientWidth
    );
    expect(overflow, `sideways scrolling at ${width} px`).toBeLessThanOrEqual(
      0
    );
  }
});

test('posting needs no mouse', async ({ as, scene }) => {
  const ann = await as('ann');
  await ann.panel.open(scene);
  await ann.page.locator('.jp-LauncherCard').first().focus();
  await ann.page.keyboard.press('ControlOrMeta+Alt+j');
  await expect(ann.panel.composer).toBeFocused();
  await ann.page.keyboard.type('typed without a mouse');
  await ann.page.keyboard.press('Enter');
  await expect(ann.panel.message('typed without a mouse')).toBeVisible();
});
