import { expect, test } from '../fixtures';
import { photograph } from '../screenshots';

test('two people see each other and talk', async ({ as, scene, folder }) => {
  const ann = await as('ann');
  const ben = await as('ben');
  await ann.notebook.open(folder);
  await ann.panel.open(scene);
  await ben.panel.open(scene);

  await expect(ann.panel.person('Ben')).toBeVisible();
  await expect(ben.panel.person('Ann')).toBeVisible();

  await ann.panel.send('hello **Ben**, is $a^2 + b^2$ right?');
  const hello = ben.panel.message('hello Ben');
  await expect(hello).toContainText('Ann');
  await expect(hello.locator('strong')).toHaveText('Ben');
  await expect(hello.locator('mjx-container').first()).toBeVisible();

  await ben.panel.send('yes:\n\n```python\nimport math\nmath.hypot(3, 4)\n```');
  const code = ann.panel.message('math.hypot');
  await expect(code).toContainText('Ben');
  await expect(code.locator('pre')).toContainText('math.hypot(3, 4)');
  await expect(
    code.getByRole('button', { name: 'Copy', exact: true })
  ).toBeAttached();

  await ann.panel.widen();
  await photograph(ann.page, 'two-people');
  await photograph(ann.page, 'panel', ann.panel.root);
});

test('a code block is put below the active cell', async ({
  as,
  scene,
  folder
}) => {
  const ann = await as('ann');
  await ann.notebook.open(folder);
  await ann.panel.open(scene);
  await ann.panel.send('try this\n\n```python\nanswer = 6 * 7\n```');
  await ann.notebook.enter(7);
  const message = ann.panel.message('answer');
  await message.hover();
  await message.getByRole('button', { name: /^Insert/ }).click();
  await expect(ann.notebook.cell(8)).toContainText('answer = 6 * 7');
});

test('reactions are counted by person', async ({ as, scene }) => {
  const ann = await as('ann');
  const ben = await as('ben');
  await ann.panel.open(scene);
  await ben.panel.open(scene);
  await ann.panel.send('shall we?');
  await ben.panel.react('shall we?', '✔');
  const reaction = ann.panel.reaction('shall we?', '✔');
  await expect(reaction).toContainText('1');
  await reaction.click();
  await expect(ben.panel.reaction('shall we?', '✔')).toContainText('2');
  await ben.panel.reaction('shall we?', '✔').click();
  await expect(reaction).toContainText('1');
});

test('an answer in a thread stays out of the main stream', async ({
  as,
  scene
}) => {
  const ann = await as('ann');
  const ben = await as('ben');
  await ann.panel.open(scene);
  await ben.panel.open(scene);
  await ann.panel.send('which quarter?');
  await ben.panel.reply('which quarter?', 'the second one');
  await expect(ann.panel.message('which quarter?')).toContainText('1 reply');
  await ann.panel.openThread('which quarter?');
  await expect(ann.panel.message('the second one')).toContainText('Ben');
  await ann.panel.widen();
  await photograph(ann.page, 'thread', ann.panel.root);
});

test('an edited message says so, and a deleted one leaves a trace', async ({
  as,
  scene
}) => {
  const ann = await as('ann');
  const ben = await as('ben');
  await ann.panel.open(scene);
  await ben.panel.open(scene);
  await ann.panel.send('the rate is 16 percent');
  await ann.panel.edit('the rate is 16 percent', 'the rate is 19 percent');
  const edited = ben.panel.message('the rate is 19 percent');
  await expect(edited).toContainText('edited');
  await ann.panel.remove('the rate is 19 percent');
  await expect(ben.panel.root).not.toContainText('19 percent');
  await expect(ben.panel.message(/deleted/i)).toBeVisible();
});
