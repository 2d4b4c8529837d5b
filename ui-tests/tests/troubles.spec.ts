import { createHash } from 'crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { lookAt } from '../axe';
import { expect, makeScene, test } from '../fixtures';

test('with a damaged database JupyterLab starts, and the panel says what to do', async ({
  as,
  launch
}) => {
  const home = mkdtempSync(join(tmpdir(), 'jca-damaged-'));
  const file = join(home, 'store.sqlite');
  writeFileSync(file, 'this is no database, it is a letter\n'.repeat(1000));
  const fingerprint = (): string =>
    createHash('sha256').update(readFileSync(file)).digest('hex');
  const before = fingerprint();

  const server = await launch([`CollabAgents.database_url=sqlite://${file}`], {
    ready: false
  });
  const ann = await as('ann', server);
  ann.guard.allow(/503 \(Service Unavailable\)/, 'it is not ready, on purpose');
  await ann.panel.show();
  const notice = ann.panel.root.getByRole('alert');
  await expect(notice).toContainText('Collaboration is not ready.');
  await expect(notice).toContainText(file);
  await expect(notice).toContainText(/damaged/);
  await expect(notice).toContainText(/backup/);
  await lookAt(ann, { name: 'not-ready' });
  await notice.getByRole('button', { name: 'Retry' }).click();
  await expect(notice).toContainText('Collaboration is not ready.');
  // the rest of JupyterLab works
  await ann.page.locator('.jp-LauncherCard', { hasText: 'Text File' }).click();
  await expect(ann.page.locator('.jp-FileEditor')).toBeVisible();
  expect(fingerprint()).toBe(before);

  // what the panel said to do helps
  await ann.leave();
  await server.kill();
  rmSync(file);
  await server.run();
  const { panel } = await as('ann', server);
  await panel.open();
  await panel.send('it works again');
  await expect(panel.message('it works again')).toBeVisible();
  rmSync(home, { recursive: true });
});

test('a page that is too old for the server asks to be reloaded, and keeps what was typed', async ({
  as,
  server
}) => {
  const scene = await makeScene(server, 'After an upgrade');
  const ann = await as('ann', server);
  await ann.panel.open(scene);
  await ann.panel.type('half a thought');
  // as if the server had been upgraded: it does not know this page's protocol
  await ann.page.evaluate(() => {
    const { jcaTestControl } = window as any;
    jcaTestControl.protocol = 99;
    jcaTestControl.close();
  });
  const bar = ann.panel.root.getByRole('alert');
  await expect(bar).toContainText('Reload the page');
  await lookAt(ann, { name: 'reload' });
  await Promise.all([
    ann.page.waitForEvent('load'),
    bar.getByRole('button', { name: 'Reload' }).click()
  ]);
  await ann.restored();
  await ann.panel.open(scene);
  await expect(ann.panel.composer).toHaveText('half a thought');
  await ann.panel.composer.click();
  await ann.page.keyboard.press('Enter');
  await expect(ann.panel.message('half a thought')).toBeVisible();
});
