import { Api } from '../api';
import { expect, test } from '../fixtures';
import { photograph } from '../screenshots';

test('Enter, the sign of typing and notifications are everybody’s own choice', async ({
  as,
  scene,
  server
}) => {
  // settings last: a browser of this test alone
  const ann = await as('ann', server);
  const ben = await as('ben');
  await ann.panel.open(scene);
  await ben.panel.open(scene);
  await ann.page.evaluate(() =>
    (window as any).jupyterapp.commands.execute('settingeditor:open', {
      query: 'Collaboration'
    })
  );
  const editor = ann.page.locator('.jp-SettingsPanel');
  await editor.getByLabel('Enter sends').uncheck();
  await editor.getByLabel('Show others when I am typing').uncheck();
  await photograph(ann.page, 'settings');

  // every word that Ben's panel says about typing from now on
  await ben.panel.typing.evaluate(line => {
    const said: string[] = ((window as any).jcaTestTyping = []);
    new MutationObserver(() => said.push(line.textContent ?? '')).observe(
      line,
      {
        characterData: true,
        childList: true,
        subtree: true
      }
    );
  });
  await ann.panel.composer.click();
  await ann.page.keyboard.type('one line');
  await ann.page.keyboard.press('Enter');
  await ann.page.keyboard.type('and another');
  await expect(ann.panel.sendButton).toHaveAttribute('title', /Shift\+Enter;/);
  await ann.page.keyboard.press('Shift+Enter');
  await expect(ben.panel.message('one line')).toContainText('and another');
  const said = await ben.page.evaluate(() => (window as any).jcaTestTyping);
  expect(said.filter(Boolean)).toEqual([]);

  await ann.panel.close();
  await ann.panel.command('toggle-notifications');
  await expect(editor.getByLabel('Do not disturb')).toBeChecked();
  await new Api(server, 'ben').post(scene.id, '@ann are you there?');
  await expect(ann.statusItem).toContainText('1 unread');
  await expect(ann.note('mentioned you')).toHaveCount(0);
  await ann.panel.command('toggle-notifications');
  await new Api(server, 'ben').post(scene.id, '@ann hello?');
  await ann.answer('Ben mentioned you: @ann hello?', 'Show');
  await expect(ann.panel.message('@ann hello?')).toBeInViewport();
});
