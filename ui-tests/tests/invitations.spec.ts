import { Api } from '../api';
import { expect, makeScene, test } from '../fixtures';

const SECONDS = 1000;

test('somebody invited by name is in within seconds', async ({
  as,
  server
}) => {
  const name = 'Invited by name';
  const ann = await as('ann');
  const ben = await as('ben');
  const scene = await makeScene(server, name, []);
  await ann.panel.open(scene);
  await ben.panel.open();

  const begin = Date.now();
  await ann.panel.invite('Ben', 'editor');
  await ben.page.getByRole('button', { name: 'Join' }).click();
  await ben.panel.live();
  await expect(ben.panel.sessionName).toContainText(name);
  const taken = Date.now() - begin;
  test.info().annotations.push({
    type: 'from invitation to joined',
    description: `${taken} ms`
  });
  expect(taken).toBeLessThan(10 * SECONDS);
  await ben.panel.send('here I am');
  await expect(ann.panel.message('here I am')).toBeVisible();
});

test('a link brings its holder in, with its role, until it is revoked', async ({
  as,
  server
}) => {
  const scene = await makeScene(server, 'Invited by link', []);
  const ann = await as('ann');
  const cleo = await as('cleo');
  await ann.panel.open(scene);
  const link = await ann.panel.makeInviteLink('commenter');

  const begin = Date.now();
  await cleo.page.goto(link);
  await cleo.panel.open();
  await expect(cleo.panel.sessionName).toContainText('Invited by link');
  await cleo.panel.live();
  expect(Date.now() - begin).toBeLessThan(10 * SECONDS);
  await expect(ann.panel.person('Cleo')).toBeVisible();

  await ann.panel.revokeInviteLinks();
  const { sessions } = await new Api(server, 'ben').sessions();
  expect(sessions.map(session => session.name)).not.toContain(scene.name);
});
