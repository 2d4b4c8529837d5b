import { Api } from '../api';
import { expect, makeScene, test } from '../fixtures';
import { NOTEBOOK } from '../notebook';
import { photograph } from '../screenshots';

test('a new session has a name, people, and the file it is about', async ({
  as,
  folder
}) => {
  const ann = await as('ann');
  const ben = await as('ben');
  await ben.panel.open();
  await ann.notebook.open(folder);
  await ann.panel.open();
  await ann.panel.sessionName.click();
  await ann.panel.menuItem('New session…').click();
  const { dialog } = ann.panel;
  await ann.panel.confirm('Create');
  await expect(dialog.getByRole('alert')).toHaveText(
    'Give the session a name.'
  );

  await dialog.getByRole('textbox', { name: 'Name' }).fill('Quarterly figures');
  await expect(dialog.getByRole('checkbox', { name: NOTEBOOK })).toBeChecked();
  await dialog.getByRole('checkbox', { name: 'Ben' }).check();
  await photograph(ann.page, 'new-session');
  await dialog.getByRole('checkbox', { name: /^Private/ }).check();
  await expect(dialog.getByRole('checkbox', { name: 'Ben' })).toBeHidden();
  await dialog.getByRole('checkbox', { name: /^Private/ }).uncheck();
  await ann.panel.confirm('Create');
  await expect(ann.panel.sessionName).toContainText('Quarterly figures');
  await ann.panel.live();

  await ben.answer('Ann invites you', 'Accept');
  await expect(ben.panel.sessionName).toContainText('Quarterly figures');
  await expect(ann.panel.person('Ben')).toBeVisible();
  await ben.panel.menu('Files');
  await expect(ben.panel.menuItem(`${folder}/${NOTEBOOK}`)).toBeVisible();
  await ben.page.keyboard.press('Escape');
  await ben.page.keyboard.press('Escape');
});

test('the switcher shows where there is news, and goes there', async ({
  as,
  server,
  scene
}) => {
  const other = await makeScene(server, 'Elsewhere');
  const ann = await as('ann');
  await ann.panel.open(other);
  await ann.panel.open(scene);
  await new Api(server, 'ben').post(other.id, 'are you coming?');
  await expect(async () => {
    await ann.panel.sessionName.click();
    await expect(ann.panel.menuItem('Elsewhere · new')).toBeVisible({
      timeout: 1000
    });
  }).toPass();
  await photograph(ann.page, 'switcher');
  await ann.panel.menuItem('Elsewhere · new').click();
  await expect(ann.panel.message('are you coming?')).toBeVisible();
});
