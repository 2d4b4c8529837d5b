import { FAILING_CELL } from '../notebook';
import { expect, test } from '../fixtures';
import { photograph } from '../screenshots';

test('a thread about a cell is counted at the cell and opens there', async ({
  as,
  scene,
  folder
}) => {
  const ann = await as('ann');
  const ben = await as('ben');
  for (const { notebook, panel } of [ann, ben]) {
    await notebook.open(folder);
    await panel.open(scene);
  }
  await ann.notebook.discuss(FAILING_CELL);
  await ann.panel.send('where does tax_rate come from?');

  await ben.notebook.cell(FAILING_CELL).scrollIntoViewIfNeeded();
  await ben.notebook.discussion(FAILING_CELL).click();
  await expect(
    ben.panel.message('where does tax_rate come from?')
  ).toBeVisible();
  await ben.panel.send('from the cell below');
  await expect(ann.panel.message('from the cell below')).toBeVisible();
  await expect(ann.notebook.discussion(FAILING_CELL)).toContainText('2');
  await ben.panel.widen();
  await photograph(ben.page, 'discuss-cell');
});

test('people see who is in which cell, go there, and follow', async ({
  as,
  scene,
  folder
}) => {
  const ann = await as('ann');
  const ben = await as('ben');
  for (const { notebook, panel } of [ann, ben]) {
    await notebook.open(folder);
    await panel.open(scene);
  }
  await ann.notebook.enter(1);
  await ben.notebook.enter(8);
  await expect(ann.notebook.whoIsIn(8)).toContainText('B');
  await expect(ben.notebook.whoIsIn(1)).toContainText('A');
  await expect(ann.notebook.guests).toContainText('Ben · cell 9');
  await ann.panel.widen();
  await photograph(ann.page, 'presence');

  await ann.panel.goTo('Ben');
  await expect(ann.notebook.cell(8)).toBeInViewport();

  await ann.panel.follow('Ben');
  await ben.notebook.enter(1);
  await expect(ann.notebook.cell(1)).toBeInViewport();
  await expect(ann.page.getByText(/Following Ben/)).toBeVisible();
  await ann.page.keyboard.press('Escape');
  await expect(ann.page.getByText(/Following Ben/)).toBeHidden();
});
