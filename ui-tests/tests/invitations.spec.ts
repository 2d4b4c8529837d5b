import { Api } from '../api';
import { expect, makeScene, test } from '../fixtures';
import { note } from '../measure';
import { photograph } from '../screenshots';

const SECONDS = 1000;
const INVITE_PARAMETER = 'collab-invite';

test('somebody invited by name is in within seconds', async ({
  as,
  server
}) => {
  const name = 'Invited by name';
  const scene = await makeScene(server, name, []);
  const ann = await as('ann');
  const ben = await as('ben');
  await ann.panel.open(scene);
  await ben.panel.open();

  const begin = Date.now();
  await ann.panel.invite('Ben', 'editor');
  await ben.answer('Ann invites you', 'Accept');
  await expect(ben.panel.sessionName).toContainText(name);
  await ben.panel.live();
  const taken = Date.now() - begin;
  note('from invitation by name to joined', taken);
  expect(taken).toBeLessThan(10 * SECONDS);
  await ann.panel.confirm('Done');
  await ben.panel.send('here I am');
  await expect(ann.panel.message('here I am')).toBeVisible();
});

test('a link brings its holder in, with its role, until it is revoked', async ({
  as,
  server
}) => {
  const scene = await makeScene(server, 'Invited by link', []);
  const ann = await as('ann');
  const cleo = await as('cleo', server);
  await ann.panel.open(scene);
  const link = await ann.panel.makeInviteLink('commenter');
  await photograph(ann.page, 'invite');

  const begin = Date.now();
  await cleo.page.goto(link);
  await expect(cleo.panel.sessionName).toContainText('Invited by link');
  await cleo.panel.live();
  const taken = Date.now() - begin;
  note('from invitation link to joined, with the page', taken);
  expect(taken).toBeLessThan(10 * SECONDS);
  await expect(ann.panel.person('Cleo')).toBeVisible();
  expect(cleo.page.url()).not.toContain(INVITE_PARAMETER);

  await ann.panel.revokeInviteLink();
  const token = new URL(link).searchParams.get(INVITE_PARAMETER);
  await expect(
    new Api(server, 'ben').ask('POST', 'invites/accept', { token })
  ).rejects.toThrow(/4\d\d/);
});
