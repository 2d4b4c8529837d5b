import { galata, IJupyterLabPageFixture } from '@jupyterlab/galata';
import { Browser, Locator } from '@playwright/test';
import { Api } from './api';
import { Guard } from './guard';
import { noteSockets } from './measure';
import { NotebookView } from './notebook';
import { Panel } from './panel';
import { LabServer, Person, tokenOf } from './server';

type Ready = Parameters<typeof galata.initTestPage>[11];

/** A person in a browser of their own. */
export class Visitor {
  private constructor(
    private readonly server: LabServer,
    private readonly person: Person,
    readonly page: IJupyterLabPageFixture,
    readonly guard: Guard
  ) {
    this.panel = new Panel(page);
    this.notebook = new NotebookView(page);
  }

  readonly panel: Panel;
  readonly notebook: NotebookView;

  /** Log in and wait for JupyterLab, which shows this folder of the root. */
  static async enter(
    browser: Browser,
    server: LabServer,
    person: Person,
    folder: string
  ): Promise<Visitor> {
    server.makeFolder(folder);
    const context = await browser.newContext({
      baseURL: server.url,
      extraHTTPHeaders: {},
      viewport: { width: 1440, height: 900 },
      permissions: ['clipboard-read', 'clipboard-write']
    });
    await noteSockets(context);
    const page = await context.newPage();
    const guard = new Guard(page, server.url);
    // the log-in cookie of this person serves HTTP and WebSocket
    await context.request.get(`/lab?token=${tokenOf(person)}`);
    const lab = await galata.initTestPage(
      '/lab',
      true,
      server.url,
      true, // own configuration
      galata.DEFAULT_SETTINGS,
      true, // own workspace
      false, // the true identity
      page,
      null, // true kernel sessions, terminals
      null,
      folder,
      launcherShown,
      null,
      true
    );
    return new Visitor(server, person, lab, guard);
  }

  /** As after logging in: nothing open, nothing told, the default session. */
  async tidy(): Promise<void> {
    const { default_session } = await new Api(
      this.server,
      this.person
    ).sessions();
    for (const dialog of await this.panel.dialog.all()) {
      await dialog.press('Escape');
    }
    await this.page.evaluate(async session => {
      const { commands, serviceManager, shell } = (window as any).jupyterapp;
      shell.collapseLeft();
      shell.collapseRight();
      // not closed: that would ask what to do with changes
      for (const widget of [...shell.widgets('main')]) {
        widget.dispose();
      }
      await serviceManager.sessions.shutdownAll();
      await commands.execute('apputils:dismiss-notification');
      await commands.execute('jupyter-collab-agents:open-session', {
        sessionId: session
      });
      shell.collapseRight();
    }, default_session);
    await this.page.activity.activateTab('Launcher');
    this.guard.begin();
  }

  /** What the status bar says of the session. */
  get statusItem(): Locator {
    return this.page.locator('.jca-StatusItem');
  }

  /** A note that JupyterLab shows at the corner. */
  note(text: string | RegExp): Locator {
    return this.page.getByRole('alert').filter({ hasText: text });
  }

  /** Press a button of such a note. */
  async answer(text: string | RegExp, button: string): Promise<void> {
    await this.note(text).getByRole('button', { name: button }).click();
  }

  /** After the page was loaded anew. */
  async restored(): Promise<void> {
    await this.page.waitForFunction(async () => {
      const app = (window as any).jupyterapp;
      await app?.restored;
      return !!app;
    });
  }

  async leave(): Promise<void> {
    if (this.page.isClosed()) {
      return;
    }
    await this.page.unrouteAll({ behavior: 'ignoreErrors' });
    await this.page.context().close();
  }
}

const launcherShown: Ready = async (page, helpers) => {
  await page.locator('#jupyterlab-splash').waitFor({ state: 'detached' });
  await helpers.waitForCondition(() =>
    helpers.activity.isTabActive('Launcher')
  );
};
