import { violations } from '../axe';
import { expect, makeScene, test } from '../fixtures';
import { inBothThemes, photograph } from '../screenshots';

const CELL = 3;

test('a locked cell can be run by others, not changed', async ({
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
  const before = await ben.notebook.source(CELL);
  await ann.notebook.lock(CELL);
  await expect(ann.notebook.lockBadge(CELL)).toContainText('You · 29 min');
  await expect(ben.notebook.lockBadge(CELL)).toContainText('Ann · 29 min');

  await ben.notebook.enter(CELL);
  await ben.page.keyboard.type('nothing of this');
  await expect(ben.notebook.hint(CELL)).toContainText('Ann locked this cell');
  expect(await ben.notebook.source(CELL)).toBe(before);
  await ben.panel.widen();
  await photograph(ben.page, 'locked-cell');
  await photograph(ben.page, 'locked-cell-close', ben.notebook.cell(CELL));

  // what Ann types is seen as ever, and Ben may run it
  await ann.notebook.enter(CELL);
  await ann.page.keyboard.press('ControlOrMeta+End');
  await ann.page.keyboard.type('\nprint("by " + "Ann")');
  await expect(ben.notebook.cell(CELL)).toContainText('print("by " + "Ann")');
  await ben.notebook.enter(CELL);
  await ben.page.keyboard.press('Shift+Enter');
  await expect(ben.notebook.cell(CELL)).toContainText('by Ann');

  // free again
  await ann.notebook.lock(CELL);
  await expect(ben.notebook.lockBadge(CELL)).toBeHidden();
  await ben.notebook.enter(CELL);
  await ben.page.keyboard.press('ControlOrMeta+End');
  await ben.page.keyboard.type('\n# and Ben');
  await expect(ann.notebook.cell(CELL)).toContainText('# and Ben');
});

test('what gets in the way of a lock is put back, and its author is told', async ({
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
  const before = await ann.notebook.source(CELL);
  await ann.notebook.lock(CELL);
  await expect(ben.notebook.lockBadge(CELL)).toBeVisible();
  await ben.notebook.overwrite(CELL, 'gone');
  await expect(ben.page.locator('.Toastify__toast')).toContainText(
    'Your change was put back: Ann locked cell 4'
  );
  await expect.poll(() => ben.notebook.source(CELL)).toBe(before);
  expect(await ann.notebook.source(CELL)).toBe(before);

  // a cell taken out altogether comes back, and the rest stays Ben's
  await ben.notebook.cell(CELL).locator('.jp-InputPrompt').click();
  await ben.page.keyboard.press('d');
  await ben.page.keyboard.press('d');
  await expect.poll(() => ben.notebook.source(CELL)).toBe(before);
  await ben.notebook.overwrite(CELL + 1, '# free');
  await expect.poll(() => ann.notebook.source(CELL + 1)).toBe('# free');
});

test('who may not change files reads along', async ({ as, server, folder }) => {
  const scene = await makeScene(server, 'With a reader', ['dora']);
  const ann = await as('ann');
  const dora = await as('dora');
  for (const { notebook, panel } of [ann, dora]) {
    await notebook.open(folder);
    await panel.open(scene);
  }
  await expect(dora.notebook.strip).toContainText('You may read this');
  await dora.notebook.enter(CELL);
  await dora.page.keyboard.type('nothing of this');
  await expect(dora.notebook.hint(CELL)).toContainText('You may read this');
  const before = await ann.notebook.source(CELL);
  expect(await dora.notebook.source(CELL)).toBe(before);

  await ann.notebook.enter(CELL);
  await ann.page.keyboard.press('ControlOrMeta+End');
  await ann.page.keyboard.type('\n# seen at once');
  await expect(dora.notebook.cell(CELL)).toContainText('# seen at once');
  await dora.panel.widen();
  await photograph(dora.page, 'reader');

  // and what a script tries does not last
  await dora.notebook.overwrite(CELL, 'gone');
  await expect(dora.page.locator('.Toastify__toast')).toContainText(
    'Your change was put back: you may only read'
  );
  await expect.poll(() => dora.notebook.source(CELL)).toContain('# seen');
  await expect(ann.notebook.cell(CELL)).toContainText('# seen at once');
});

test('a lock is asked for, refused, asked for again and handed over', async ({
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
  await ann.notebook.lock(CELL);
  await ben.notebook.enter(CELL);
  await ben.page.keyboard.type('x');
  await ben.notebook
    .hint(CELL)
    .getByRole('button', { name: 'Ask for it' })
    .click();
  await expect(ann.notebook.lockBadge(CELL)).toContainText('Ben asks');
  await ann.panel.widen();
  await photograph(ann.page, 'lock-asked');
  await ann.panel.root
    .getByRole('button', { name: 'Hand over to Ben' })
    .click();
  await expect(ben.notebook.lockBadge(CELL)).toContainText('You');
  await expect(ann.notebook.lockBadge(CELL)).toContainText('Ben');
  await ben.notebook.enter(CELL);
  await ben.page.keyboard.press('ControlOrMeta+End');
  await ben.page.keyboard.type('\n# by the new holder');
  await expect(ann.notebook.cell(CELL)).toContainText('# by the new holder');
});

test('a whole notebook is locked, and the panel lists it', async ({
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
  await ann.panel.command('lock-file');
  await expect(ben.notebook.strip).toContainText('Ann locked this notebook');
  const before = await ben.notebook.source(CELL);
  await ben.notebook.enter(CELL);
  await ben.page.keyboard.type('nothing of this');
  expect(await ben.notebook.source(CELL)).toBe(before);
  await ben.panel.tab('Locks');
  await ben.panel.widen();
  await photograph(ben.page, 'locked-notebook');

  await ann.panel.command('lock-file');
  await expect(ben.notebook.strip).toBeHidden();
});

test('locks are told to everybody, also in 240 px and to axe', async ({
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
  await ann.notebook.lock(CELL);
  await ben.notebook.lock(CELL + 1);
  await ben.panel.tab('Locks');
  await ben.panel.setWidth(240);
  await ben.notebook.enter(CELL);
  await ben.page.keyboard.type('x');
  // it goes by itself, but not while it is pointed at
  await ben.notebook.hint(CELL).hover();
  await inBothThemes(ben.page, async theme => {
    for (const part of [undefined, '.jca-LockBadge', '.jca-GuardHint']) {
      expect(await violations(ben.page, part), `${theme} ${part}`).toEqual([]);
    }
  });
  await photograph(ben.page, 'locks-240', ben.panel.root);
  const overflow = await ben.panel.root.evaluate(
    panel => panel.scrollWidth - panel.clientWidth
  );
  expect(overflow).toBeLessThanOrEqual(0);

  // with the keyboard: the badge has a menu, the list has buttons
  await ben.notebook.lockBadge(CELL).focus();
  await ben.page.keyboard.press('Enter');
  await expect(ben.panel.menuItem('Ask for it')).toBeVisible();
  await ben.page.keyboard.press('Escape');
  await ben.panel.root
    .getByRole('listitem')
    .filter({ hasText: 'Ann' })
    .getByRole('button', { name: 'Ask for it' })
    .press('Enter');
  await expect(ben.panel.root).toContainText('You asked');
});
