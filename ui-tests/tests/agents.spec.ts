import { expect, test } from '../fixtures';
import { photograph } from '../screenshots';

test('@notebook explains why a cell of the open notebook fails', async ({
  as,
  scene,
  folder
}) => {
  const ann = await as('ann');
  const ben = await as('ben');
  await ann.notebook.open(folder);
  await ann.notebook.enter(6);
  await ann.panel.open(scene);
  await ben.panel.open(scene);
  await ann.panel.send('@notebook why does this fail?');
  for (const { panel } of [ann, ben]) {
    const answer = panel.answer('notebook');
    await expect(answer).toContainText('tax_rate');
    await expect(answer).toContainText(/cell 7/i);
  }
  await ann.panel.widen();
  await photograph(ann.page, 'agent-answer');
});

test('@notebook sees what was typed a moment ago', async ({
  as,
  scene,
  folder
}) => {
  const ann = await as('ann');
  await ann.notebook.open(folder);
  await ann.panel.open(scene);
  await ann.notebook.enter(7);
  await ann.page.keyboard.press('ControlOrMeta+End');
  await ann.page.keyboard.type('\nnever_defined_anywhere + 1');
  await ann.panel.send('@notebook check');
  await expect(ann.panel.answer('notebook')).toContainText(
    'never_defined_anywhere'
  );
});

test('a long answer is seen growing, by everyone, and can be stopped', async ({
  as,
  scene
}) => {
  const ann = await as('ann');
  const ben = await as('ben');
  await ann.panel.open(scene);
  await ben.panel.open(scene);
  await ann.panel.addAgent('echo');
  await ann.panel.send('@echo count 500');
  await expect(ben.panel.answer('echo')).toContainText('3');
  await ann.panel.stopButton.click();
  await expect(ann.panel.stopButton).toBeHidden();
  await expect(ann.panel.root).toContainText(/stopped|cancelled/i);
  await expect(ann.panel.answer('echo')).not.toContainText('500');
  // the session goes on
  await ann.panel.send('@echo hello again');
  await expect(ben.panel.answer('echo')).toContainText('hello again');
});
