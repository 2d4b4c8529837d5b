import { expect, Locator, Page } from '@playwright/test';

export const PANEL_ID = 'jupyter-collab-agents:panel';

/** The only place that knows how the session panel is called and built. */
export class Panel {
  constructor(private readonly page: Page) {}

  get root(): Locator {
    return this.page.locator(`[id="${PANEL_ID}"]`);
  }

  get log(): Locator {
    return this.root.getByRole('log', { name: 'Messages' });
  }

  get composer(): Locator {
    return this.root
      .getByRole('textbox', { name: /^(Message|Reply|What about it)/ })
      .last();
  }

  /** The field with its buttons, and what it says when nobody may write. */
  get composing(): Locator {
    return this.root.locator('.jca-Composer').last();
  }

  /** Who is writing just now, in words. */
  get typing(): Locator {
    return this.root.locator('.jca-Typing').last();
  }

  /** What is offered after "@", "/" or "#". */
  get suggestions(): Locator {
    return this.page.locator('.jca-Completions').getByRole('option');
  }

  get sendButton(): Locator {
    return this.root.getByRole('button', { name: 'Send' });
  }

  get sessionName(): Locator {
    return this.root.getByTitle('Change the session');
  }

  /** Bring the panel to the front, whatever it has to say. */
  async show(): Promise<void> {
    await this.command('open');
    await this.root.waitFor();
  }

  async open(session?: { id: string; name: string }): Promise<void> {
    if (session) {
      await this.command('open-session', { sessionId: session.id });
      await expect(this.sessionName).toContainText(session.name);
    } else {
      await this.show();
    }
    await this.live();
  }

  /** The list that stands there while no session is open. */
  get sessions(): Locator {
    return this.root.locator('.jca-Picker');
  }

  async close(): Promise<void> {
    await this.page.evaluate(() =>
      (window as any).jupyterapp.shell.collapseRight()
    );
    await this.root.waitFor({ state: 'hidden' });
  }

  /** As wide as people have it who talk. */
  async widen(): Promise<void> {
    await this.setWidth(400);
  }

  /** Wait until events arrive. */
  async live(timeout = 15_000): Promise<void> {
    await expect(
      this.root.getByText('live', { exact: true }).first()
    ).toBeVisible({ timeout });
  }

  async switchTo(name: string): Promise<void> {
    await this.sessionName.click();
    await this.menuItem(name).click();
    await expect(this.sessionName).toContainText(name);
  }

  async setWidth(width: number): Promise<void> {
    await this.page.evaluate(wanted => {
      const { shell } = (window as any).jupyterapp;
      shell.collapseLeft();
      const split = shell._hsplitPanel;
      const total = split.node.getBoundingClientRect().width;
      split.setRelativeSizes([0, total - wanted, wanted]);
    }, width);
  }

  // messages

  /** Turn the wheel over the messages. */
  async scroll(pixels: number): Promise<void> {
    await this.log.hover();
    await this.page.mouse.wheel(0, pixels);
  }

  async type(text: string): Promise<void> {
    await this.composer.click();
    await this.page.keyboard.insertText(text);
  }

  async send(text: string): Promise<void> {
    await this.type(text);
    await this.page.keyboard.press('Enter');
  }

  /** The message with this text, as a whole with its author and buttons. */
  message(text: string | RegExp): Locator {
    return this.root.getByRole('article').filter({ hasText: text }).last();
  }

  async act(text: string | RegExp, action: string | RegExp): Promise<void> {
    const message = this.message(text);
    await message.hover();
    await message.getByRole('button', { name: action }).click();
  }

  /** The places that a message points at. */
  places(text: string): Locator {
    return this.message(text)
      .getByRole('list', { name: 'Places' })
      .getByRole('button');
  }

  /** Attach the cell or the selection where one is. */
  async attachHere(): Promise<void> {
    await this.composing.getByRole('button', { name: '+cell' }).click();
  }

  /** Attach a file that stands beside the one in front. */
  async attachFile(name: string): Promise<void> {
    await this.composing.getByRole('button', { name: '+file' }).click();
    await this.dialog.locator('.jp-DirListing-item', { hasText: name }).click();
    await this.confirm('Select');
  }

  /** What goes with the message that is being written. */
  get attached(): Locator {
    return this.composing
      .getByRole('list', { name: 'Attachments' })
      .getByRole('listitem');
  }

  /** The file that the session looks at. */
  get activeFile(): Locator {
    return this.root.getByRole('button', { name: /^The session looks at/ });
  }

  async react(text: string, emoji: string): Promise<void> {
    await this.act(text, 'React');
    await this.menuItem(emoji).click();
  }

  reaction(text: string, emoji: string): Locator {
    return this.message(text).getByRole('button', {
      name: new RegExp(`^${emoji}`)
    });
  }

  async reply(text: string, answer: string): Promise<void> {
    await this.act(text, 'Reply');
    await this.send(answer);
  }

  /** From a thread, a search or the context back to the conversation. */
  async backToChat(): Promise<void> {
    await this.tab('Chat');
    await expect(this.log).toBeVisible();
  }

  async openThread(text: string): Promise<void> {
    await this.message(text)
      .getByRole('button', { name: /repl(y|ies)/ })
      .click();
  }

  async edit(text: string, replacement: string): Promise<void> {
    await this.act(text, /^Edit$/);
    await this.root.getByRole('textbox', { name: 'Edit the message' }).click();
    await this.page.keyboard.press('ControlOrMeta+a');
    await this.page.keyboard.insertText(replacement);
    await this.page.keyboard.press('Enter');
  }

  async remove(text: string): Promise<void> {
    await this.act(text, /^Delete$/);
    await this.confirm('Delete');
  }

  get dialog(): Locator {
    return this.page.locator('.jp-Dialog');
  }

  /** Agree in a dialog. */
  async confirm(label: string): Promise<void> {
    await this.dialog.getByRole('button', { name: label }).click();
  }

  // people and agents

  person(name: string): Locator {
    return this.root
      .getByRole('list', { name: 'Participants' })
      .getByRole('button', { name: new RegExp(`^${name}`) });
  }

  /** Something from the menu of a participant. */
  async choose(name: string, item: string | RegExp): Promise<void> {
    await this.person(name).click();
    await this.menuItem(item).click();
  }

  async chooseRole(name: string, role: string): Promise<void> {
    await this.choose(name, /^Role/);
    await this.menuItem(role).click();
  }

  async goTo(name: string): Promise<void> {
    await this.choose(name, /^Go to/);
  }

  async follow(name: string): Promise<void> {
    await this.choose(name, /^Follow/);
  }

  async addAgent(name: string): Promise<void> {
    await this.menu('Add an agent');
    await this.menuItem(name).click();
    await expect(this.person(name)).toBeVisible();
  }

  /** What an agent said last. */
  answer(agent: string): Locator {
    return this.root
      .getByRole('article', { name: new RegExp(`^${agent}`) })
      .last();
  }

  get stopButton(): Locator {
    return this.root.getByRole('button', { name: /^Stop/ });
  }

  // invitations

  private get inviting(): Locator {
    return this.dialog;
  }

  /** An invitation to me, in the panel. */
  invitation(session: string): Locator {
    return this.root
      .getByRole('list', { name: 'Invitations' })
      .getByRole('listitem')
      .filter({ hasText: session });
  }

  async invite(name: string, role: string): Promise<void> {
    await this.menu(/^Invite/);
    await this.inviting
      .getByRole('combobox', { name: 'Role' })
      .selectOption(role);
    await this.inviting
      .getByRole('listitem')
      .filter({ hasText: name })
      .getByRole('button', { name: 'Invite' })
      .click();
  }

  async makeInviteLink(role: string): Promise<string> {
    await this.menu(/^Invite/);
    await this.inviting
      .getByRole('combobox', { name: 'Role' })
      .selectOption(role);
    await this.inviting.getByRole('button', { name: 'Make a link' }).click();
    return this.inviting
      .getByRole('textbox', { name: 'Invitation link' })
      .inputValue();
  }

  async revokeInviteLink(): Promise<void> {
    const revoke = this.inviting.getByRole('button', { name: /^Revoke/ });
    await revoke.click();
    await expect(revoke).toHaveCount(0);
  }

  // tabs, menu, search

  async command(
    name: string,
    args: Record<string, string> = {}
  ): Promise<void> {
    await this.page.evaluate(
      ([id, given]) =>
        (window as any).jupyterapp.commands.execute(
          `jupyter-collab-agents:${id}`,
          given
        ),
      [name, args] as const
    );
  }

  async menu(item: string | RegExp): Promise<void> {
    await this.root.getByRole('button', { name: 'Session menu' }).click();
    await this.menuItem(item).click();
  }

  /** An entry of the menu that is open. */
  menuItem(name: string | RegExp): Locator {
    // by class: the role of an entry with a submenu is not set
    return this.page
      .locator('.lm-Menu .lm-Menu-item')
      .filter({ hasText: name })
      .last();
  }

  async tab(name: string): Promise<void> {
    await this.root.getByRole('tab', { name: new RegExp(`^${name}`) }).click();
  }

  async search(words: string): Promise<void> {
    await this.root.getByRole('button', { name: /^Search/ }).click();
    await this.root.getByRole('searchbox').fill(words);
  }

  get searchResults(): Locator {
    return this.root
      .getByRole('list', { name: 'Results' })
      .getByRole('listitem');
  }

  get unreadLine(): Locator {
    return this.root.getByRole('separator').filter({ hasText: 'New' });
  }

  // shared context

  async setContext(key: string, value: string): Promise<void> {
    await this.beginContextEdit(key, value);
    await this.saveContextEdit();
  }

  async beginContextEdit(key: string, value: string): Promise<void> {
    await this.menu('Shared context');
    const entry = this.contextEntry(key);
    if (await entry.isVisible()) {
      await entry.getByRole('button', { name: 'Edit' }).click();
    } else {
      await this.root.getByRole('button', { name: 'Add', exact: true }).click();
      await this.root.getByRole('textbox', { name: 'Key' }).fill(key);
    }
    await this.contextField.fill(value);
  }

  get contextField(): Locator {
    return this.root.getByRole('textbox', { name: 'Value' });
  }

  async saveContextEdit(): Promise<void> {
    await this.root.getByRole('button', { name: /^Save/ }).click();
  }

  async keepMyContext(): Promise<void> {
    await this.root.getByRole('button', { name: 'Keep mine' }).click();
  }

  contextEntry(key: string): Locator {
    return this.root.locator('.jca-Context-entry').filter({ hasText: key });
  }
}
