import { Api } from '../api';
import { expect, test } from '../fixtures';
import { photograph } from '../screenshots';

test('others see that somebody types, and where', async ({ as, scene }) => {
  const ann = await as('ann');
  const ben = await as('ben');
  await ann.panel.open(scene);
  await ben.panel.open(scene);
  await ben.panel.composer.click();
  await ben.page.keyboard.type('let me think');
  await expect(ann.panel.typing).toHaveText('Ben is typing…');
  await ann.panel.widen();
  await photograph(ann.page, 'typing', ann.panel.root);
  await ben.page.keyboard.press('Enter');
  await expect(ann.panel.message('let me think')).toBeVisible();
  await expect(ann.panel.typing).toHaveText('');
});

test('earlier texts of a message stay visible', async ({ as, scene }) => {
  const ann = await as('ann');
  const ben = await as('ben');
  await ann.panel.open(scene);
  await ben.panel.open(scene);
  await ann.panel.send('the rate is 16 percent');
  await ann.panel.edit('the rate is 16 percent', 'the rate is 19 percent');
  await ann.panel.edit('the rate is 19 percent', 'the rate is 21 percent');
  await ben.panel
    .message('the rate is 21 percent')
    .getByRole('button', { name: 'edited' })
    .click();
  await expect(
    ben.panel.root
      .getByRole('list', { name: 'Earlier texts' })
      .getByRole('listitem')
  ).toHaveText([/16 percent/, /19 percent/]);
  await ben.panel.widen();
  await photograph(ben.page, 'earlier-texts', ben.panel.root);
});

test('an owner deletes what others wrote, and it says by whom', async ({
  as,
  scene
}) => {
  const ann = await as('ann');
  const ben = await as('ben');
  await ann.panel.open(scene);
  await ben.panel.open(scene);
  await ben.panel.send('a slip of the tongue');
  await ann.panel.send('and this is mine');
  await ben.panel.message('and this is mine').hover();
  await expect(
    ben.panel
      .message('and this is mine')
      .getByRole('button', { name: /^(Edit|Delete)$/ })
  ).toHaveCount(0);
  await ann.panel.remove('a slip of the tongue');
  await expect(ben.panel.message('deleted by Ann')).toBeVisible();
  await expect(ben.panel.root).not.toContainText('a slip of the tongue');
});

test('a link leads to its message, also in another browser', async ({
  as,
  scene,
  server
}) => {
  const api = new Api(server, 'ann');
  await api.post(scene.id, 'look at this one');
  for (let n = 0; n < 8; n++) {
    await api.post(scene.id, `and then ${n}\n\n${'more of it\n\n'.repeat(8)}`);
  }
  const ann = await as('ann');
  await ann.panel.open(scene);
  await ann.panel.search('look at this one');
  await ann.panel.searchResults.first().click();
  await ann.panel.act('look at this one', 'Copy link');
  const link = await ann.page.evaluate(() => navigator.clipboard.readText());
  const ben = await as('ben', server);
  await ben.page.goto(link);
  await expect(ben.panel.sessionName).toContainText(scene.name);
  await expect(ben.panel.message('look at this one')).toBeInViewport();
});

test('code goes to the clipboard and into a cell', async ({
  as,
  scene,
  folder
}) => {
  const ann = await as('ann');
  const ben = await as('ben');
  await ann.notebook.open(folder);
  await ann.panel.open(scene);
  await ben.panel.open(scene);
  await ben.panel.send('try this\n\n```python\ntax_rate = 0.21\n```');
  await ann.notebook.enter(7);
  const message = ann.panel.message('try this');
  const press = async (name: RegExp): Promise<void> => {
    await message.locator('pre').hover();
    await message.getByRole('button', { name }).click();
  };
  await press(/^Copy$/);
  await expect(
    message.getByRole('button', { name: 'Copied', exact: true })
  ).toBeVisible();
  expect(await ann.page.evaluate(() => navigator.clipboard.readText())).toBe(
    'tax_rate = 0.21'
  );
  await expect(ann.notebook.cell(7)).toContainText('tax_rate = 0.19');
  await message.locator('pre').hover();
  await ann.panel.widen();
  await press(/^Replace/);
  await expect(ann.notebook.cell(7)).toContainText('tax_rate = 0.21');
  await expect(ann.notebook.cell(7)).not.toContainText('0.19');
  await press(/^Insert/);
  await expect(ann.notebook.cell(8)).toContainText('tax_rate = 0.21');
});

test('formulas are set, in a line and on their own', async ({ as, scene }) => {
  const ann = await as('ann');
  const ben = await as('ben');
  await ann.panel.open(scene);
  await ben.panel.open(scene);
  await ann.panel.send(
    'With $r$ as the rate:\n\n$$\\text{net} = \\frac{\\text{total}}{1 + r}$$\n\nIt costs $5 or `$x$`.'
  );
  const message = ben.panel.message('as the rate');
  await expect(message.locator('mjx-container')).toHaveCount(2);
  await expect(message.locator('mjx-container[display="true"]')).toHaveCount(1);
  await expect(message).toContainText('It costs $5 or $x$.');
  await ben.panel.setWidth(240);
  await photograph(ben.page, 'formulas', ben.panel.root);
});

test('people, agents, commands and cells are completed', async ({
  as,
  scene,
  folder
}) => {
  const ann = await as('ann');
  const ben = await as('ben');
  await ann.notebook.open(folder);
  await ann.panel.open(scene);
  await ben.panel.open(scene);
  await ann.panel.composer.click();
  await ann.page.keyboard.type('@be');
  await expect(ann.panel.suggestions).toHaveText([/Ben/]);
  await ann.page.keyboard.press('Enter');
  await ann.page.keyboard.type('see #tax_r');
  await expect(ann.panel.suggestions.first()).toContainText('tax_rate = 0.19');
  await photograph(ann.page, 'completion');
  await ann.page.keyboard.press('Enter');
  await expect(ann.panel.attached).toHaveCount(1);
  await ann.page.keyboard.press('Enter');
  const message = ben.panel.message('see');
  await expect(message.locator('.jca-Mention.jca-mod-me')).toHaveText('@ben');
  await expect(ben.panel.places('see')).toHaveCount(1);
});
