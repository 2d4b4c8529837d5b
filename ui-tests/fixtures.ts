import { test as base } from '@jupyterlab/galata';
import { expect } from '@playwright/test';
import { Api } from './api';
import { LabServer, Person, tokenOf } from './server';
import { Visitor } from './visitor';

export { expect };

export type Scene = { id: string; name: string };

interface ITestFixtures {
  /** Start a server for this test alone; it outlives the pages. */
  launch: (
    options?: string[],
    expected?: { ready: boolean }
  ) => Promise<LabServer>;
  /**
   * `as('ann')` is Ann in the browser that she uses in all tests, tidied up;
   * `as('ann', server)` is Ann in a browser of this test alone.
   */
  as: (person: Person, server?: LabServer) => Promise<Visitor>;
  /** A folder of the root with fresh copies of the demo's files. */
  folder: string;
  /** A session of this test alone, with Ann as owner and Ben as editor. */
  scene: Scene;
}

interface IWorkerFixtures {
  server: LabServer;
  /** The pages that outlive a test: to load JupyterLab takes seconds. */
  company: Map<Person, Visitor>;
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
  company: [
    // `server` is named so that it ends after the pages
    async ({ server: _ }, use) => {
      const company = new Map<Person, Visitor>();
      await use(company);
      for (const visitor of company.values()) {
        await visitor.leave();
      }
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
    await use(async (options, expected) => {
      const server = await LabServer.start(options, expected);
      servers.push(server);
      return server;
    });
    await Promise.all(servers.map(server => server.stop()));
  },

  // `launch` is named so that its servers end after the pages
  as: async ({ browser, server, company, tmpPath, launch: _ }, use) => {
    const present: [Person, Visitor][] = [];
    const own: Visitor[] = [];
    const usual = async (person: Person): Promise<Visitor> => {
      let visitor = company.get(person);
      if (!visitor) {
        visitor = await Visitor.enter(browser, server, person, 'home');
        company.set(person, visitor);
      }
      await visitor.tidy();
      return visitor;
    };
    await use(async (person, host) => {
      const visitor = host
        ? await Visitor.enter(browser, host, person, tmpPath)
        : await usual(person);
      present.push([person, visitor]);
      if (host) {
        own.push(visitor);
      }
      return visitor;
    });
    for (const visitor of own) {
      await visitor.leave();
    }
    for (const [person, { guard }] of present) {
      expect.soft(guard.found, `what ${person}'s page reported`).toEqual([]);
    }
    await forgetSessions(server);
  }
});

/** What a test made would stand in the next one's list. */
async function forgetSessions(server: LabServer): Promise<void> {
  for (const person of ['ann', 'ben', 'cleo'] as const) {
    const api = new Api(server, person);
    const { sessions, default_session } = await api.sessions();
    for (const { session_id, role } of sessions) {
      if (role === 'owner' && session_id !== default_session) {
        await api.deleteSession(session_id);
      }
    }
  }
}
