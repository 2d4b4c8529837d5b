import {
  galata,
  IJupyterLabPageFixture,
  test as base
} from '@jupyterlab/galata';
import { expect } from '@playwright/test';
import { Api } from './api';
import { Guard } from './guard';
import { noteSockets } from './measure';
import { NotebookView } from './notebook';
import { Panel } from './panel';
import { LabServer, Person, tokenOf } from './server';

export { expect };

/** A person in a browser of their own. */
export interface IVisitor {
  page: IJupyterLabPageFixture;
  panel: Panel;
  notebook: NotebookView;
  guard: Guard;
}

export type Scene = { id: string; name: string };

interface ITestFixtures {
  /** Start a server for this test alone; it outlives the pages. */
  launch: (options?: string[]) => Promise<LabServer>;
  /** `as('ann')` gives a page in its own context, logged in as Ann. */
  as: (person: Person, server?: LabServer) => Promise<IVisitor>;
  /** A folder of the root with fresh copies of the demo's files. */
  folder: string;
  /** A session of this test alone, with Ann as owner and Ben as editor. */
  scene: Scene;
}

interface IWorkerFixtures {
  server: LabServer;
}

/** Make a session that Ann owns and the others have joined. */
export async function makeScene(
  server: LabServer,
  name: string,
  others: Person[] = ['ben']
): Promise<Scene> {
  const created = await new Api(server, 'ann').createSession({
    name,
    participants: others
  });
  for (const person of others) {
    await new Api(server, person).acceptInvitation(created.session_id);
  }
  return { id: created.session_id, name };
}

export const test = base.extend<ITestFixtures, IWorkerFixtures>({
  server: [
    // eslint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const server = await LabServer.start();
      await use(server);
      await server.stop();
    },
    { scope: 'worker' }
  ],
  baseURL: ({ server }, use) => use(server.url),
  // what galata's own calls (the test's folder, clean-up) are made as
  extraHTTPHeaders: ({ server: _ }, use) =>
    use({ Authorization: `token ${tokenOf('ann')}` }),

  folder: async ({ server, tmpPath }, use) => {
    server.copyDemoFiles(tmpPath);
    await use(tmpPath);
  },

  scene: async ({ server }, use, testInfo) => {
    await use(await makeScene(server, `Scene ${testInfo.testId.slice(-6)}`));
  },

  // eslint-disable-next-line no-empty-pattern
  launch: async ({}, use) => {
    const servers: LabServer[] = [];
    await use(async options => {
      const server = await LabServer.start(options);
      servers.push(server);
      return server;
    });
    await Promise.all(servers.map(server => server.stop()));
  },

  // `launch` is named so that its servers end after the pages
  as: async (
    { browser, server, tmpPath, waitForApplication, launch: _ },
    use
  ) => {
    const visitors: [Person, IVisitor][] = [];
    await use(async (person, other) => {
      const host = other ?? server;
      host.makeFolder(tmpPath);
      const context = await browser.newContext({
        baseURL: host.url,
        extraHTTPHeaders: {},
        viewport: { width: 1440, height: 900 },
        permissions: ['clipboard-read', 'clipboard-write']
      });
      await noteSockets(context);
      const page = await context.newPage();
      const guard = new Guard(page, host.url);
      // the log-in cookie of this person serves HTTP and WebSocket
      await context.request.get(`/lab?token=${tokenOf(person)}`);
      const lab = await galata.initTestPage(
        '/lab',
        true,
        host.url,
        true, // own configuration
        galata.DEFAULT_SETTINGS,
        true, // own workspace
        false, // the true identity
        page,
        null, // true kernel sessions, terminals
        null,
        tmpPath,
        waitForApplication,
        null,
        true
      );
      const visitor = {
        page: lab,
        panel: new Panel(lab),
        notebook: new NotebookView(lab),
        guard
      };
      visitors.push([person, visitor]);
      return visitor;
    });
    for (const [, { page }] of visitors) {
      await page.unrouteAll({ behavior: 'ignoreErrors' });
      await page.context().close();
    }
    for (const [person, { guard }] of visitors) {
      expect.soft(guard.found, `what ${person}'s page reported`).toEqual([]);
    }
  }
});
