import { Download } from '@playwright/test';
import { readFileSync } from 'fs';
import { Api } from '../api';
import { expect, makeScene, test } from '../fixtures';
import { photograph } from '../screenshots';
import { Visitor } from '../visitor';

test('the owner renames, archives and reopens, and everybody sees it', async ({
  as,
  scene
}) => {
  const ann = await as('ann');
  const ben = await as('ben');
  await ann.panel.open(scene);
  await ben.panel.open(scene);
  await ann.panel.send('before it was archived');

  await ann.panel.menu('Rename…');
  await ann.panel.dialog.getByRole('textbox').fill('Sales, reviewed');
  await ann.panel.confirm('Rename');
  for (const { panel } of [ann, ben]) {
    await expect(panel.sessionName).toContainText('Sales, reviewed');
  }

  await ann.panel.menu('Archive');
  for (const { panel } of [ann, ben]) {
    await expect(panel.sessionName).toContainText('archived');
    await expect(panel.composing).toContainText('This session is archived');
    await expect(panel.sendButton).toBeDisabled();
  }
  await expect(ben.panel.message('before it was archived')).toBeVisible();
  await ann.panel.widen();
  await photograph(ann.page, 'archived', ann.panel.root);

  await ann.panel.menu('Reopen');
  await ben.panel.send('here we are again');
  await expect(ann.panel.message('here we are again')).toBeVisible();
});

test('the conversation is saved as Markdown, as a notebook, as the log', async ({
  as,
  scene,
  server
}) => {
  const words = 'why is the *total* negative?';
  await new Api(server, 'ben').post(scene.id, words);
  const ann = await as('ann');
  await ann.panel.open(scene);
  const markdown = await exported(ann, 'As Markdown');
  expect(markdown.name).toBe(`${scene.name}.md`);
  expect(markdown.text).toContain('Ben');
  expect(markdown.text).toContain(words);

  const notebook = await exported(ann, 'As a notebook');
  expect(notebook.name).toBe(`${scene.name}.ipynb`);
  const { cells, nbformat } = JSON.parse(notebook.text);
  expect(nbformat).toBe(4);
  expect(JSON.stringify(cells)).toContain(words);

  const log = await exported(ann, 'As the log');
  expect(log.name).toBe(`${scene.name}.jsonl`);
  const events = log.text
    .trim()
    .split('\n')
    .map(line => JSON.parse(line));
  expect(events.filter(({ type }) => type === 'chat.posted')).toHaveLength(1);
  expect(events[0].type).toBe('session.created');
});

test('the owner mutes a person, an agent, and the session', async ({
  as,
  scene
}) => {
  const ann = await as('ann');
  const ben = await as('ben');
  await ann.panel.open(scene);
  await ben.panel.open(scene);

  await ann.panel.choose('Ben', 'Muted: cannot post');
  await expect(ben.panel.composing).toContainText('You are muted here');
  await expect(ben.panel.sendButton).toBeDisabled();
  await photograph(ben.page, 'muted', ben.panel.root);
  await ann.panel.choose('Ben', 'Muted: cannot post');
  await ben.panel.send('I may speak again');
  await expect(ann.panel.message('I may speak again')).toBeVisible();

  await ann.panel.choose('notebook', 'Muted: does not answer');
  await expect(ann.panel.person('notebook')).toHaveAccessibleName(/muted/);
  await ann.panel.choose('notebook', 'Muted: does not answer');
  await expect(ann.panel.person('notebook')).not.toHaveAccessibleName(/muted/);

  await ann.panel.menu('Only owners post');
  await expect(ben.panel.composing).toContainText('only owners post');
  await ann.panel.send('a word to all');
  await expect(ben.panel.message('a word to all')).toBeVisible();
  await ann.panel.menu('Only owners post');
  await ben.panel.send('thank you');
  await expect(ann.panel.message('thank you')).toBeVisible();
});

test('a new role holds at once', async ({ as, scene }) => {
  const ann = await as('ann');
  const ben = await as('ben');
  await ann.panel.open(scene);
  await ben.panel.open(scene);
  await ann.panel.chooseRole('Ben', 'viewer');
  await expect(ben.panel.composing).toContainText('You may read here');
  await ann.panel.chooseRole('Ben', 'commenter');
  await ben.panel.send('as a commenter');
  await expect(ann.panel.message('as a commenter')).toBeVisible();
});

test('who is removed may be invited again, also with no session open', async ({
  as,
  scene
}) => {
  const ann = await as('ann');
  const ben = await as('ben');
  await ann.panel.open(scene);
  await ben.panel.open(scene);
  await ann.panel.choose('Ben', 'Remove…');
  await photograph(ann.page, 'remove');
  await ann.panel.confirm('Remove');
  await expect(ann.panel.person('Ben')).toBeHidden();
  await expect(ben.panel.root).toContainText('You were removed');
  await photograph(ben.page, 'removed', ben.panel.root);
  await ben.panel.root
    .getByRole('button', { name: 'Other sessions', exact: true })
    .click();
  await expect(ben.panel.sessions).toBeVisible();
  await expect(ben.panel.sessions).not.toContainText(scene.name);

  await ann.panel.invite('Ben', 'commenter');
  await ann.panel.confirm('Done');
  // told by the list alone, which is fetched every ten seconds
  const invitation = ben.panel.invitation(scene.name);
  await expect(invitation).toContainText('Ann invites you', {
    timeout: 30_000
  });
  await expect(invitation).toContainText('commenter');
  await ben.panel.widen();
  await photograph(ben.page, 'invitation', ben.panel.root);
  await invitation.getByRole('button', { name: 'Accept' }).click();
  await expect(ben.panel.sessionName).toContainText(scene.name);
  await ben.panel.live();
  await expect(ann.panel.person('Ben')).toHaveAccessibleName(/commenter/);
});

test('who is banned comes back only when let', async ({
  as,
  scene,
  server
}) => {
  const ann = await as('ann');
  const ben = await as('ben');
  await ann.panel.open(scene);
  await ben.panel.open(scene);
  ben.guard.allow(/403 \(Forbidden\)/, 'the ban comes while his page reads');
  await ann.panel.choose('Ben', 'Ban…');
  await ann.panel.confirm('Ban');
  await expect(ben.panel.root).toContainText('You were removed');
  const { token } = await new Api(server, 'ann').inviteLink(scene.id, 'editor');
  const enter = (): Promise<unknown> =>
    new Api(server, 'ben').ask('POST', 'invites/accept', { token });
  await expect(enter()).rejects.toThrow(/403.*banned/);

  await ann.panel.menu('Banned');
  await ann.panel.menuItem('Let Ben come back').click();
  await expect(ann.panel.root).toContainText('Ann lifted the ban on Ben');
  await enter();
  await ben.panel.open(scene);
  await ben.panel.send('back');
  await expect(ann.panel.message('back')).toBeVisible();
});

test('who leaves is out; the others stay', async ({ as, scene }) => {
  const ann = await as('ann');
  const ben = await as('ben');
  await ann.panel.open(scene);
  await ben.panel.open(scene);
  await ben.panel.menu('Leave…');
  await ben.panel.confirm('Leave');
  await expect(ben.panel.sessions).not.toContainText(scene.name);
  await expect(ann.panel.person('Ben')).toBeHidden();
  await expect(ann.panel.root).toContainText('Ben left');
});

test('a deleted session is gone for everybody', async ({ as, server }) => {
  const scene = await makeScene(server, 'Short-lived');
  const ann = await as('ann');
  const ben = await as('ben');
  await ann.panel.open(scene);
  await ben.panel.open(scene);
  await ben.panel.send('soon forgotten');
  await expect(ann.panel.message('soon forgotten')).toBeVisible();
  await ann.panel.menu('Delete…');
  await expect(ann.panel.dialog).toContainText('cannot be taken back');
  await ann.panel.confirm('Delete for everybody');
  await expect(ann.panel.sessions).not.toContainText('Short-lived');
  await expect(ben.panel.root).toContainText('This session was deleted');
  await expect(new Api(server, 'ben').messages(scene.id)).rejects.toThrow(
    /404/
  );
});

async function exported(
  { page, panel }: Visitor,
  format: string
): Promise<{ name: string; text: string }> {
  await panel.menu('Export');
  const [file]: [Download, void] = await Promise.all([
    page.waitForEvent('download'),
    panel.menuItem(format).click()
  ]);
  return {
    name: file.suggestedFilename(),
    text: readFileSync(await file.path(), 'utf8')
  };
}
