import { Api } from '../api';
import { violations } from '../axe';
import { expect, Scene, test } from '../fixtures';
import { NOTEBOOK } from '../notebook';
import { inBothThemes, photograph } from '../screenshots';
import { LabServer } from '../server';
import { Visitor } from '../visitor';

const CELL = 2;
const MINE = 'region = "North"\nselected = sales[sales["region"] == region]';
const THEIRS = 'region = "West"\nselected = sales[sales["region"] == region]';

/** Ann types, and a script of Cleo's edits the version from before. */
async function disagree(
  server: LabServer,
  path: string,
  ann: Visitor
): Promise<void> {
  const script = new Api(server, 'cleo');
  const { version } = await script.content(path);
  await ann.notebook.overwrite(CELL, MINE);
  await expect
    .poll(async () => JSON.stringify((await script.content(path)).content))
    .toContain('North');
  const { conflicts } = await script.edit(path, {
    base_version: version,
    cells: [
      {
        type: 'source',
        cell_id: await ann.notebook.idOf(CELL),
        source: THEIRS
      }
    ]
  });
  expect(conflicts).toHaveLength(1);
}

async function enter(
  visitors: Visitor[],
  folder: string,
  scene: Scene
): Promise<void> {
  for (const { notebook, panel } of visitors) {
    await notebook.open(folder);
    await panel.open(scene);
  }
}

test('a conflict is seen from both sides by everybody, and decided at the cell', async ({
  as,
  server,
  scene,
  folder
}) => {
  const ann = await as('ann');
  const ben = await as('ben');
  await enter([ann, ben], folder, scene);
  await disagree(server, `${folder}/${NOTEBOOK}`, ann);
  for (const { notebook, panel } of [ann, ben]) {
    await notebook.cell(CELL).scrollIntoViewIfNeeded();
    await expect(notebook.conflict(CELL)).toContainText(
      'Cleo changed the same lines otherwise'
    );
    await expect(notebook.conflict(CELL)).toContainText('region = "North"');
    await expect(notebook.conflict(CELL)).toContainText('region = "West"');
    await expect(
      panel.root.getByRole('tab', { name: 'Review 1' })
    ).toBeVisible();
  }
  await ben.panel.widen();
  await photograph(ben.page, 'conflict');
  await photograph(ben.page, 'conflict-close', ben.notebook.cell(CELL));
  await inBothThemes(ben.page, async theme => {
    expect(await violations(ben.page, '.jca-Conflict'), theme).toEqual([]);
  });

  // Ann goes on typing meanwhile
  await ann.notebook.enter(CELL + 1);
  await ann.page.keyboard.press('ControlOrMeta+End');
  await ann.page.keyboard.type('\n# meanwhile');

  await ben.notebook
    .conflict(CELL)
    .getByRole('button', { name: 'Take Cleo’s' })
    .click();
  await expect(ben.notebook.conflict(CELL)).toBeHidden();
  await expect(ann.notebook.conflict(CELL)).toBeHidden();
  await expect.poll(() => ann.notebook.source(CELL)).toBe(THEIRS);
  expect(await ann.notebook.source(CELL + 1)).toContain('# meanwhile');
});

test('a conflict is decided in the panel with words of one’s own', async ({
  as,
  server,
  scene,
  folder
}) => {
  const ann = await as('ann');
  await enter([ann], folder, scene);
  await disagree(server, `${folder}/${NOTEBOOK}`, ann);
  await ann.notebook.strip
    .filter({ hasText: '1 conflict to decide' })
    .getByRole('button', { name: 'Review' })
    .click();
  const card = ann.panel.root.locator('.jca-Conflict');
  await expect(card).toContainText('By Cleo');
  await ann.panel.setWidth(240);
  await photograph(ann.page, 'conflict-240', ann.panel.root);
  expect(await violations(ann.page)).toEqual([]);

  // without a mouse
  await card.getByRole('button', { name: 'Edit…' }).press('Enter');
  const field = card.getByRole('textbox', { name: 'What is to stand there' });
  await expect(field).toBeFocused();
  await ann.page.keyboard.press('ControlOrMeta+a');
  await ann.page.keyboard.insertText('region = "South West"\n');
  await card.getByRole('button', { name: 'Use this' }).press('Enter');
  await expect(card).toBeHidden();
  await expect
    .poll(() => ann.notebook.source(CELL))
    .toContain('region = "South West"');
  await ann.panel.root
    .getByRole('combobox', { name: 'What to show' })
    .selectOption('decided');
  await expect(ann.panel.root).toContainText('Ann wrote another version');
  await ann.panel.backToChat();
  await ann.panel.root.getByRole('button', { name: /events$/ }).click();
  await expect(ann.panel.log).toContainText('Ann decided a conflict in cell 3');
});
