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

  get sendButton(): Locator {
    return this.root.getByRole('button', { name: 'Send' });
  }

  get sessionName(): Locator {
    return this.root.getByTitle('Change the session');
  }

  async open(session?: { id: string; name: string }): Promise<void> {
    if (session) {
      await this.command('open-session', { sessionId: session.id });
    } else {
      await this.command('open');
    }
    await this.root.waitFor();
    if (session) {
      await expect(this.sessionName).toContainText(session.name);
    }
    await this.live();
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

  /** Agree in a dialog. */
  async confirm(label: string): Promise<void> {
    await this.page
      .locator('.jp-Dialog')
      .getByRole('button', { name: label })
      .click();
  }

  // people and agents

  person(name: string): Locator {
    return this.root
      .getByRole('list', { name: 'Participants' })
      .getByRole('button', { name: new RegExp(`^${name}`) });
  }

  async goTo(name: string): Promise<void> {
    await this.person(name).click();
    await this.menuItem(/^Go to/).click();
  }

  async follow(name: string): Promise<void> {
    await this.person(name).click();
    await this.menuItem(/^Follow/).click();
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
    return this.page.locator('.jp-Dialog');
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
