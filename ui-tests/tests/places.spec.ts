import { writeFileSync } from 'fs';
import { join } from 'path';
import { expect, test } from '../fixtures';
import { FAILING_CELL, NOTEBOOK, openFile } from '../notebook';
import { photograph } from '../screenshots';

test('bring everyone here is an offer, and nobody is moved', async ({
  as,
  scene,
  folder
}) => {
  const ann = await as('ann');
  const ben = await as('ben');
  await ann.notebook.open(folder);
  await ann.panel.open(scene);
  await ben.panel.open(scene);
  await ann.notebook.enter(FAILING_CELL);
  await ann.panel.menu('Bring everyone to my cell');
  const offer = `Ann asks everyone to look at cell ${FAILING_CELL + 1}`;
  await expect(ben.note(offer)).toBeVisible();
  await photograph(ben.page, 'bring-everyone');
  await expect(ben.notebook.cell(0)).toBeHidden();
  await ben.answer(offer, 'Go there');
  await expect(ben.notebook.cell(FAILING_CELL)).toBeInViewport();
  await expect(ann.notebook.whoIsIn(FAILING_CELL)).toContainText('B');
  await expect(ann.note('Ann asks everyone')).toHaveCount(0);
});

test('the file that the session looks at stands in the panel and opens', async ({
  as,
  scene,
  folder
}) => {
  const ann = await as('ann');
  const ben = await as('ben');
  await ann.notebook.open(folder);
  await ann.panel.open(scene);
  await ben.panel.open(scene);
  await ann.panel.menu('Look at the file I am in');
  await expect(ann.panel.activeFile).toHaveText(NOTEBOOK);
  await ben.panel.activeFile.click();
  await expect(ben.notebook.cell(0)).toBeVisible();
  await ben.panel.setWidth(240);
  await photograph(ben.page, 'active-file', ben.panel.root);
  await ben.panel.menu('Look at no file');
  await expect(ann.panel.activeFile).toBeHidden();
  await expect(ann.panel.root).toContainText('Ben turned away from the file');
});

test('a cell, a selection and a file are attached, and a click goes there', async ({
  as,
  scene,
  folder
}) => {
  const ann = await as('ann');
  const ben = await as('ben');
  await ann.notebook.open(folder);
  await ann.panel.open(scene);
  await ben.panel.open(scene);

  await ann.notebook.enter(1);
  await ann.panel.attachHere();
  await ann.notebook.enter(FAILING_CELL);
  await ann.page.keyboard.press('ControlOrMeta+a');
  await ann.panel.attachHere();
  await ann.panel.attachFile('notes.md');
  await expect(ann.panel.attached).toHaveText([
    `cell 2 · ${NOTEBOOK}`,
    new RegExp(`^cell ${FAILING_CELL + 1}, lines? 1.* · ${NOTEBOOK}$`),
    'notes.md'
  ]);
  await ann.panel.widen();
  await ann.panel.send('these three');
  await expect(ann.panel.attached).toHaveCount(0);
  await photograph(ann.page, 'attachments', ann.panel.root);

  const places = ben.panel.places('these three');
  await expect(places).toHaveCount(3);
  await places.filter({ hasText: 'line' }).click();
  await expect(ben.notebook.cell(FAILING_CELL)).toBeInViewport();
  await expect(ben.notebook.selectionIn(FAILING_CELL)).not.toHaveCount(0);
  await expect(places.first()).toHaveText(`cell 2 · ${NOTEBOOK}`);
  await places.first().click();
  await expect(ben.notebook.cell(1)).toBeInViewport();
  await places.filter({ hasText: 'notes.md' }).click();
  await expect(ben.page.getByRole('tab', { name: 'notes.md' })).toBeVisible();
});

test('in a text file people see each other, what changes, and lines to look at', async ({
  as,
  scene,
  folder,
  server
}) => {
  const path = `${folder}/prices.py`;
  const lines = Array.from({ length: 200 }, (_, n) => `price_${n + 1} = ${n}`);
  writeFileSync(join(server.root, path), lines.join('\n'));
  const ann = await as('ann');
  const ben = await as('ben');
  for (const { page, panel } of [ann, ben]) {
    await openFile(page, path);
    await panel.open(scene);
  }
  const text = ben.page.locator('.jp-FileEditor .cm-content');
  await text.click();
  await ben.page.keyboard.press('ControlOrMeta+End');
  await expect(ann.notebook.guests).toHaveText('Ben · line 200');
  await ann.panel.goTo('Ben');
  await expect(ann.page.getByText('price_200')).toBeInViewport();

  await ben.page.keyboard.type(' + vat');
  await expect(ann.page.getByText('price_200 = 199 + vat')).toBeVisible();
  await expect(ann.panel.root).toContainText('Ben edited prices.py');

  await ben.page.keyboard.press('Shift+Home');
  await ben.panel.attachHere();
  await expect(ben.panel.attached).toHaveText('line 200 · prices.py');
  await ben.panel.send('is this line right?');
  await ann.page.keyboard.press('ControlOrMeta+Home');
  await ann.panel.widen();
  await photograph(ann.page, 'text-file');
  await ann.panel.places('is this line right?').click();
  await expect(ann.page.getByText('price_200')).toBeInViewport();
});
