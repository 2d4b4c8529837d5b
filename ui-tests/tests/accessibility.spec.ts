import { Api } from '../api';
import { lookAt, violations } from '../axe';
import { expect, makeScene, Scene, test } from '../fixtures';
import { FAILING_CELL } from '../notebook';
import { inBothThemes, photograph, snap } from '../screenshots';

/** A conversation in which there is something of everything. */
async function furnish({ id }: Scene, ann: Api, ben: Api): Promise<void> {
  await ben.post(id, 'a [link](notes.md), `code`, $a^2$ and\n\n- a\n- list');
  await ben.post(
    id,
    '```python\nprint("a line that is a little too long for this")\n```'
  );
  const question = await ann.post(id, '@ben which quarter?');
  await ben.ask('POST', `sessions/${id}/messages`, {
    body: 'the second one, @ann',
    reply_to: question.message_id
  });
  await ann.ask('PUT', `sessions/${id}/context/goal`, {
    value: 'understand the tax',
    base_version: 0
  });
}

test('axe finds nothing in the views of a session', async ({
  as,
  scene,
  server,
  folder
}) => {
  test.slow();
  await furnish(scene, new Api(server, 'ann'), new Api(server, 'ben'));
  const empty = await makeScene(server, 'Nothing said yet');
  const ann = await as('ann');
  const { notebook, panel } = ann;
  await notebook.open(folder);
  await panel.open(scene);
  await panel.send('mine');
  await panel.edit('mine', 'mine, edited');
  await panel.react('mine, edited', '✔');
  await lookAt(
    ann,
    { name: 'chat', open: () => panel.open(scene) },
    {
      name: 'threads',
      open: async () => {
        await panel.tab('Threads');
        await expect(panel.root).toContainText('1 reply');
      }
    },
    {
      name: 'thread',
      open: async () => {
        await panel.root.getByRole('button', { name: /1 reply/ }).click();
        await expect(panel.message('the second one')).toBeVisible();
      }
    },
    {
      name: 'context',
      open: async () => {
        await panel.tab('Context');
        await panel.root.getByRole('button', { name: 'History' }).click();
        await expect(
          panel.root.getByRole('list', { name: 'Earlier values of goal' })
        ).toContainText('understand');
      }
    },
    {
      name: 'context-form',
      open: () =>
        panel.root.getByRole('button', { name: 'Add', exact: true }).click()
    },
    {
      name: 'search',
      open: async () => {
        await panel.search('quarter');
        await expect(panel.searchResults).toHaveCount(1);
      }
    },
    {
      name: 'nothing-found',
      open: async () => {
        await panel.search('wombat');
        await expect(panel.root).toContainText('Nothing found');
      }
    },
    {
      name: 'empty',
      open: async () => {
        await panel.tab('Chat');
        await panel.open(empty);
      }
    },
    { name: 'new-thread', open: () => notebook.discuss(1) }
  );
});

test('axe finds nothing in lists, invitations and dialogs', async ({
  as,
  scene,
  server
}) => {
  const invited = await new Api(server, 'ben').createSession({
    name: 'A session with quite a long name',
    participants: ['ann']
  });
  const ann = await as('ann');
  const { page, panel } = ann;
  await panel.open(scene);
  await panel.sessionName.click();
  await panel.menuItem('All sessions').click();
  await expect(panel.invitation(invited.name)).toBeVisible();
  await lookAt(ann, { name: 'sessions' });

  await panel.open(scene);
  for (const name of ['new-session', 'invite']) {
    const content = panel.dialog.locator('.jp-Dialog-content');
    const shown = panel.command(name);
    await expect(content).toContainText('Cleo');
    await inBothThemes(page, async theme => {
      expect
        .soft(
          await violations(ann.page, '.jp-Dialog-content'),
          `${name}, ${theme}`
        )
        .toEqual([]);
      await snap(`dialog-${name}-${theme}`, content);
    });
    await page.keyboard.press('Escape');
    await shown;
  }
});

test('axe finds nothing in the marks on a notebook', async ({
  as,
  scene,
  folder
}) => {
  const ann = await as('ann');
  const ben = await as('ben');
  for (const { notebook, panel } of [ann, ben]) {
    await notebook.open(folder);
    await panel.open(scene);
  }
  await ben.notebook.discuss(FAILING_CELL);
  await ben.panel.send('why?');
  await ben.notebook.enter(FAILING_CELL);
  await ann.panel.follow('Ben');
  await expect(ann.notebook.whoIsIn(FAILING_CELL)).toContainText('B');
  await expect(ann.notebook.discussion(FAILING_CELL)).toContainText('1');
  await expect(ann.page.getByText(/Following Ben/)).toBeVisible();
  await inBothThemes(ann.page, async theme => {
    for (const part of [
      '.jca-GuestStrip',
      '.jca-CellMarks',
      '.jca-FollowFrame',
      '.jca-StatusItem-host'
    ]) {
      expect
        .soft(await violations(ann.page, part), `${part}, ${theme}`)
        .toEqual([]);
    }
  });
  await photograph(ann.page, 'following');
});

test('axe finds nothing while the panel reconnects', async ({ as, server }) => {
  const scene = await makeScene(server, 'Cut off');
  const ann = await as('ann', server);
  ann.guard.allow(/WebSocket connection/, 'it is cut off, on purpose');
  await ann.panel.open(scene);
  await ann.panel.send('before');
  await ann.page.evaluate(() => {
    const { jcaTestControl } = window as any;
    jcaTestControl.refuse = true;
    jcaTestControl.close();
  });
  await ann.panel.send('waits for the server');
  await expect(ann.panel.root).toContainText('Reconnecting');
  await lookAt(ann, { name: 'reconnecting' });
  await ann.panel.root.getByRole('button', { name: 'Try now' }).click();
  await expect(ann.panel.root).toContainText('Reconnecting');
  await ann.page.evaluate(() => {
    (window as any).jcaTestControl.refuse = false;
  });
  await ann.panel.live(30_000);
  expect(await new Api(server, 'ben').messages(scene.id)).toEqual([
    'before',
    'waits for the server'
  ]);
});
