import { Api } from '../api';
import { expect, test } from '../fixtures';
import { photograph } from '../screenshots';

test('search finds what was said, and goes there', async ({
  as,
  scene,
  server
}) => {
  const api = new Api(server, 'ben');
  for (const text of ['first line', 'the walrus question', 'last line']) {
    await api.post(scene.id, text);
  }
  const ann = await as('ann');
  await ann.panel.open(scene);
  await ann.panel.search('walrus');
  await expect(ann.panel.searchResults).toHaveCount(1);
  await ann.panel.widen();
  await photograph(ann.page, 'search', ann.panel.root);
  await ann.panel.searchResults.first().click();
  await expect(ann.panel.message('the walrus question')).toBeInViewport();
});

test('the unread line stays where reading stopped', async ({
  as,
  scene,
  server
}) => {
  const ann = await as('ann');
  await ann.panel.open(scene);
  await ann.panel.send('I read up to here');
  await expect(ann.panel.message('I read up to here')).toBeVisible();
  await ann.panel.close();
  const api = new Api(server, 'ben');
  await api.post(scene.id, 'you missed this');
  await api.post(scene.id, 'and this');
  await ann.panel.open(scene);
  await expect(ann.panel.unreadLine).toBeVisible();
  await expect(ann.panel.message('you missed this')).toBeVisible();
});

test('a mention raises a notification, other messages do not', async ({
  as,
  scene,
  server
}) => {
  const ann = await as('ann');
  await ann.panel.open(scene);
  await ann.panel.close();
  const api = new Api(server, 'ben');
  await api.post(scene.id, 'nothing special');
  await api.post(scene.id, '@ann can you look at this?');
  const notification = ann.page.getByRole('alert').filter({ hasText: 'Ben' });
  await expect(notification).toContainText(/mentioned you/i);
  await expect(
    ann.page.getByRole('alert').filter({ hasText: 'nothing special' })
  ).toHaveCount(0);
});
