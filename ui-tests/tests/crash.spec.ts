import { Page } from '@playwright/test';
import { Api } from '../api';
import { expect, makeScene, test } from '../fixtures';
import { snap } from '../screenshots';

/** JupyterLab's own dialog would come up at any moment and take a key. */
async function closeLabNotice(page: Page): Promise<void> {
  await page.evaluate(() =>
    (window as any).jupyterapp.serviceManager.sessions
      .refreshRunning()
      .catch(() => undefined)
  );
  const notice = page.getByRole('dialog', { name: /Server Connection Error/ });
  await notice.getByRole('checkbox').check();
  await notice.getByRole('button', { name: 'Close' }).click();
  await expect(notice).toHaveCount(0);
}

test('what is typed while the server is dead is sent after, and nothing is lost', async ({
  as,
  launch
}) => {
  test.slow();
  const server = await launch();
  const scene = await makeScene(server, 'Through a crash');
  const ann = await as('ann', server);
  const ben = await as('ben', server);
  for (const { panel, guard } of [ann, ben]) {
    guard.allow(
      /WebSocket|ERR_CONNECTION|Failed to load|Failed to fetch|Gateway|Lost|fetch|network/i,
      'the server is dead for a while, on purpose'
    );
    await panel.open(scene);
  }
  await ann.panel.send('before the crash');
  await expect(ben.panel.message('before the crash')).toBeVisible();

  await server.kill();
  for (const { page } of [ann, ben]) {
    await closeLabNotice(page);
  }
  await expect(ann.panel.root).toContainText(/Reconnecting/);
  await ann.panel.send('while it was down');
  await ann.panel.type('half a sen');
  await expect(ann.panel.message('while it was down')).toBeVisible();
  await snap('reconnecting', ann.panel.root);

  await server.run();
  await ann.panel.live(60_000);
  await ben.panel.live(60_000);
  await ann.page.keyboard.insertText('tence');
  await ann.page.keyboard.press('Enter');
  await expect(ben.panel.message('while it was down')).toBeVisible();
  await expect(ben.panel.message('half a sentence')).toBeVisible();
  await ben.panel.send('all here');
  await expect(ann.panel.message('all here')).toBeVisible();

  const said = [
    'before the crash',
    'while it was down',
    'half a sentence',
    'all here'
  ];
  expect(await new Api(server, 'ben').messages(scene.id)).toEqual(said);
  await server.kill();
  await server.run();
  expect(await new Api(server, 'ann').messages(scene.id)).toEqual(said);
});
