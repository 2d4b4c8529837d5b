import { ServerConnection } from '@jupyterlab/services';
import { StateDB } from '@jupyterlab/statedb';
import { SessionList, SessionSummary } from '../../protocol.gen';
import { CollabModel } from '../collab';

const HEALTHY = { ready: true, problem: null };

function summary(
  id: string,
  change: Partial<SessionSummary> = {}
): SessionSummary {
  return {
    session_id: id,
    name: id,
    status: 'active',
    private: false,
    default: false,
    role: 'editor',
    participants: 2,
    online: 1,
    created_at: 0,
    last_seq: 1,
    read_seq: 1,
    last_at: 0,
    ...change
  };
}

const LIST: SessionList = {
  you: 'user:ann',
  default_session: null,
  sessions: [
    summary('old', { last_at: 1 }),
    summary('new', { last_at: 2 }),
    summary('foreign', { last_at: 3, role: null }),
    summary('away', { last_at: 4, status: 'archived' })
  ],
  invitations: []
};

/** Answers by the end of the address; sockets stay silent. */
function setUp(answers: Record<string, unknown>, state = new StateDB()) {
  const joined: string[] = [];
  class SilentSocket {
    constructor(url: string) {
      joined.push(new URL(url).pathname.split('/').slice(-2)[0]);
    }
    close(): void {
      return;
    }
  }
  const settings = {
    ...ServerConnection.makeSettings({
      baseUrl: 'http://host/',
      wsUrl: 'ws://host/'
    }),
    WebSocket: SilentSocket as any,
    fetch: async (request: any) => {
      const name = new URL(request.url).pathname.split('/').pop()!;
      const body = answers[name];
      if (body === undefined) {
        throw new TypeError('no network');
      }
      const status = name === 'health' && !(body as any).ready ? 503 : 200;
      return {
        ok: status === 200,
        status,
        statusText: '',
        text: async () => JSON.stringify(body)
      } as any;
    }
  };
  return { collab: new CollabModel(settings, state), joined, state };
}

describe('a window', () => {
  it('opens the latest active session that I am in', async () => {
    const { collab, joined } = setUp({ health: HEALTHY, sessions: LIST });
    await collab.start();
    expect(joined).toEqual(['new']);
    expect(collab.readiness.kind).toBe('ready');
    expect(collab.me).toBe('user:ann');
    collab.dispose();
  });

  it('opens the default session when there is one', async () => {
    const sessions = { ...LIST, default_session: 'default' };
    const { collab, joined } = setUp({ health: HEALTHY, sessions });
    await collab.start();
    expect(joined).toEqual(['default']);
    collab.dispose();
  });

  it('opens the session of last time, unless I am not in it', async () => {
    const answers = { health: HEALTHY, sessions: LIST };
    const first = setUp(answers);
    await first.collab.start();
    first.collab.open('old');
    const again = setUp(answers, first.state);
    await again.collab.start();
    expect(again.joined).toEqual(['old']);
    again.collab.open('foreign');
    const third = setUp(answers, first.state);
    await third.collab.start();
    expect(third.joined).toEqual(['new']);
    [first, again, third].forEach(({ collab }) => collab.dispose());
  });

  it('shows the list when I am in no session', async () => {
    const sessions = { ...LIST, sessions: [] };
    const { collab, joined } = setUp({ health: HEALTHY, sessions });
    await collab.start();
    expect(collab.readiness.kind).toBe('ready');
    expect(collab.session).toBeNull();
    expect(joined).toEqual([]);
    collab.dispose();
  });

  it('says what the server says when it is not ready', async () => {
    const problem = 'The database is newer than this version. Update it.';
    const health = { ready: false, problem };
    const { collab } = setUp({ health });
    await collab.start();
    expect(collab.readiness).toEqual({ kind: 'not-ready', problem });
    collab.dispose();
  });

  it('asks again for the list when an invitation was taken back', async () => {
    const invitation = { session_id: 's', invite: { invite_id: 'i' } };
    const answers: Record<string, unknown> = {
      health: HEALTHY,
      sessions: { ...LIST, invitations: [invitation] }
    };
    const { collab } = setUp(answers);
    await collab.start();
    expect(collab.invitations).toHaveLength(1);
    answers.sessions = LIST;
    const changed = new Promise<void>(done =>
      collab.listChanged.connect(() => done())
    );
    await expect(
      collab.answer({ session_id: 's', invite_id: 'i' }, true)
    ).rejects.toThrow();
    await changed;
    expect(collab.invitations).toEqual([]);
    collab.dispose();
  });

  it('says that the server does not answer, and tries again', async () => {
    const answers: Record<string, unknown> = {};
    const { collab } = setUp(answers);
    await collab.start();
    expect(collab.readiness.kind).toBe('failed');
    Object.assign(answers, { health: HEALTHY, sessions: LIST });
    await collab.start();
    expect(collab.readiness.kind).toBe('ready');
    collab.dispose();
  });
});
