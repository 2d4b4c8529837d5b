import { Api } from '../api';
import { expect, makeScene, test } from '../fixtures';
import { photograph } from '../screenshots';

test('a viewer reads along and cannot post', async ({ as, server }) => {
  const scene = await makeScene(server, 'For viewers', []);
  const token = (await new Api(server, 'ann').inviteLink(scene.id, 'viewer'))
    .token;
  await new Api(server, 'ben').ask('POST', 'invites/accept', { token });
  const ann = await as('ann');
  const ben = await as('ben');
  await ann.panel.open(scene);
  await ben.panel.open(scene);
  await ann.panel.send('only to be read');
  await expect(ben.panel.message('only to be read')).toBeVisible();
  await expect(ben.panel.root).toContainText('You may read here, but not post');
  await expect(ben.panel.sendButton).toBeDisabled();
  await photograph(ben.page, 'viewer', ben.panel.root);
  await expect(
    new Api(server, 'ben').post(scene.id, 'nevertheless')
  ).rejects.toThrow(/403.*forbidden/);
});

test('a private session does not exist for others', async ({ as, server }) => {
  const { session_id: id, name } = await new Api(server, 'ann').createSession({
    name: 'Only me',
    private: true
  });
  const ann = await as('ann');
  await ann.panel.open({ id, name });
  await ann.panel.send('note to myself');
  await expect(ann.panel.message('note to myself')).toBeVisible();

  const bens = new Api(server, 'ben');
  const { sessions } = await bens.sessions();
  expect(sessions.map(one => one.name)).not.toContain('Only me');
  await expect(bens.messages(id)).rejects.toThrow(/404/);
});
