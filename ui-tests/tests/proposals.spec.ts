import { Locator } from '@playwright/test';
import { Api } from '../api';
import { violations } from '../axe';
import { expect, Scene, test } from '../fixtures';
import { NOTEBOOK } from '../notebook';
import { inBothThemes, photograph } from '../screenshots';
import { LabServer } from '../server';
import { Visitor } from '../visitor';

const CELL = 2;
const BEFORE = [
  'region = "South"',
  'selected = sales[sales["region"] == region]',
  'count = len(selected)',
  'share = count / len(sales)',
  'print(count)',
  'print(share)'
];
const AFTER = [
  'region = "West"',
  ...BEFORE.slice(1, 5),
  'print(f"{share:.0%}")'
];

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

/** A script of Cleo's proposes two changes of a cell and a new one. */
async function propose(
  server: LabServer,
  folder: string,
  ann: Visitor
): Promise<void> {
  const path = `${folder}/${NOTEBOOK}`;
  const script = new Api(server, 'cleo');
  await ann.notebook.overwrite(CELL, BEFORE.join('\n'));
  await expect
    .poll(async () => JSON.stringify((await script.content(path)).content))
    .toContain('share = count');
  const { version } = await script.content(path);
  const cell_id = await ann.notebook.idOf(CELL);
  await script.edit(path, {
    base_version: version,
    mode: 'propose',
    title: 'West, in per cent',
    cells: [
      { type: 'source', cell_id, source: AFTER.join('\n') },
      { type: 'insert', after: cell_id, source: 'sales.tail()' }
    ]
  });
}

function hunk(within: Locator, words: string | RegExp): Locator {
  return within.getByRole('region', { name: words });
}

test('two people review a proposal change by change, while a third goes on typing', async ({
  as,
  server,
  scene,
  folder
}) => {
  const ann = await as('ann');
  const ben = await as('ben');
  await enter([ann, ben], folder, scene);
  await propose(server, folder, ann);
  for (const { notebook, panel } of [ann, ben]) {
    await notebook.cell(CELL).scrollIntoViewIfNeeded();
    await expect(notebook.proposal(CELL)).toContainText('Cleo proposes');
    await expect(notebook.proposal(CELL)).toContainText('region = "West"');
    await expect(
      panel.root.getByRole('tab', { name: 'Review 1' })
    ).toBeVisible();
  }
  expect(await ann.notebook.source(CELL)).toBe(BEFORE.join('\n'));
  await ben.panel.widen();
  await photograph(ben.page, 'proposal');
  await photograph(ben.page, 'proposal-close', ben.notebook.cell(CELL));
  await inBothThemes(ben.page, async theme => {
    expect(await violations(ben.page, '.jca-Proposal'), theme).toEqual([]);
  });

  // Ben says something to a change, Ann reads it
  const last = (visitor: Visitor): Locator =>
    hunk(visitor.notebook.proposal(CELL), 'Change line 6');
  await last(ben).getByRole('button', { name: 'Comment' }).click();
  await ben.page.keyboard.type('no decimals?');
  await last(ben).getByRole('button', { name: 'Say it' }).click();
  await expect(last(ann)).toContainText('no decimals?');

  // Ann accepts the first change, and types elsewhere in the cell meanwhile
  await hunk(ann.notebook.proposal(CELL), 'Change line 1')
    .getByRole('button', { name: 'Accept' })
    .click();
  await expect(
    hunk(ben.notebook.proposal(CELL), 'Change line 1')
  ).toContainText('accepted by Ann');
  await expect
    .poll(() => ben.notebook.source(CELL))
    .toContain('region = "West"');
  expect(await ben.notebook.source(CELL)).toContain('print(share)');

  // Ben rejects the second, takes the new cell: then it is over for everybody
  await last(ben).getByRole('button', { name: 'Reject' }).click();
  await expect(last(ann)).toContainText('rejected by Ben');
  await photograph(ann.page, 'proposal-half', ann.notebook.cell(CELL));
  await hunk(ben.notebook.proposal(CELL), 'Add a code cell')
    .getByRole('button', { name: 'Accept' })
    .click();
  await expect(ann.notebook.proposal(CELL)).toBeHidden();
  await expect.poll(() => ann.notebook.source(CELL + 1)).toBe('sales.tail()');
  expect(await ann.notebook.source(CELL)).toContain('print(share)');
});

test('a change whose text was changed since is marked, and decided by hand', async ({
  as,
  server,
  scene,
  folder
}) => {
  const ann = await as('ann');
  await enter([ann], folder, scene);
  await propose(server, folder, ann);
  const first = hunk(ann.notebook.proposal(CELL), 'Change line 1');
  await expect(first.getByRole('button', { name: 'Accept' })).toBeVisible();
  await ann.notebook.overwrite(
    CELL,
    ['region = "North"', ...BEFORE.slice(1)].join('\n')
  );
  await expect(first).toContainText('the text was changed since');
  await first.getByRole('button', { name: 'Decide by hand' }).click();
  await expect(ann.notebook.conflict(CELL)).toContainText('region = "West"');
  await expect(ann.notebook.conflict(CELL)).toContainText('region = "North"');
});

test('proposals are listed, filtered and decided in the panel, in 240 px', async ({
  as,
  server,
  scene,
  folder
}) => {
  const ann = await as('ann');
  await enter([ann], folder, scene);
  await propose(server, folder, ann);
  await ann.notebook.strip
    .filter({ hasText: '1 proposal to review' })
    .getByRole('button', { name: 'Review' })
    .click();
  const card = ann.panel.root.locator('.jca-Proposal');
  await expect(card).toContainText('West, in per cent');
  await ann.panel.setWidth(240);
  await photograph(ann.page, 'proposal-240', ann.panel.root);
  expect(await violations(ann.page)).toEqual([]);
  const overflow = await ann.panel.root.evaluate(
    panel => panel.scrollWidth - panel.clientWidth
  );
  expect(overflow).toBeLessThanOrEqual(0);

  const whose = ann.panel.root.getByRole('combobox', { name: 'Whose' });
  await whose.selectOption('agents');
  await expect(ann.panel.root).toContainText('Nothing that waits is like that');
  await whose.selectOption('people');
  await card.getByRole('button', { name: 'Accept all 3' }).press('Enter');
  await expect(card).toBeHidden();
  await expect.poll(() => ann.notebook.source(CELL)).toBe(AFTER.join('\n'));
  await ann.panel.root
    .getByRole('combobox', { name: 'What to show' })
    .selectOption('decided');
  await expect(ann.panel.root).toContainText('Cleo proposes');
  await expect(ann.panel.root).toContainText('accepted');
});
