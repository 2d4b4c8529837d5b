import { expect, test } from '../fixtures';
import { photograph } from '../screenshots';

test('the second of two editors of one context key keeps both texts', async ({
  as,
  scene
}) => {
  const ann = await as('ann');
  const ben = await as('ben');
  await ann.panel.open(scene);
  await ben.panel.open(scene);
  await ann.panel.setContext('goal', 'first draft');
  await ben.panel.menu('Shared context');
  await expect(ben.panel.contextEntry('goal')).toContainText('first draft');

  await ben.panel.beginContextEdit('goal', "Ben's version");
  await ann.panel.setContext('goal', "Ann's version");
  await ben.panel.saveContextEdit();
  await expect(ben.panel.root).toContainText(/Ann has set it to/);
  await expect(ben.panel.root).toContainText("Ann's version");
  await expect(ben.panel.contextField).toHaveValue(/Ben's version/);
  await ben.panel.widen();
  await photograph(ben.page, 'context-conflict', ben.panel.root);
  await ben.panel.keepMyContext();
  await expect(ann.panel.contextEntry('goal')).toContainText("Ben's version");
});
