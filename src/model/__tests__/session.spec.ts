import { createHash } from 'crypto';
import {
  FakeNetwork,
  FakeStorage,
  FakeTimers,
  NO_PAGE,
  message,
  posted,
  sessionState,
  welcome
} from '../../__tests__/kit';
import { MessagePage, Run } from '../../protocol.gen';
import { SessionModel } from '../session';
import { ISessionSource } from '../sessionOptions';

function setUp(source: Partial<ISessionSource> = {}) {
  const network = new FakeNetwork();
  const timers = new FakeTimers();
  const storage = new FakeStorage();
  const model = new SessionModel({
    sessionId: 's1',
    me: 'user:ann',
    sockets: network.open,
    timers,
    storage,
    source: {
      page: async () => NO_PAGE,
      search: async () => NO_PAGE,
      events: async () => [],
      probe: async () => null,
      problem: async () => null,
      ...source
    }
  });
  return { network, timers, storage, model };
}

function shown(model: SessionModel, thread: string | null = null): string[] {
  return model
    .rows(thread)
    .filter(row => row.kind === 'message')
    .map(row => {
      const entry = model.entry((row as any).id)!;
      return entry.phase === 'posted'
        ? entry.message.body
        : `${entry.phase}: ${entry.message.body}`;
    });
}

const START = { author: 'agent:notebook', at: 1, thread_id: null, run_id: 'r' };
const RUN: Run = {
  run_id: 'r',
  agent_id: 'agent:notebook',
  asked_by: 'user:ann',
  trigger: null,
  status: 'running',
  at: 0,
  ended_at: null,
  error: null,
  steps: 0
};

describe('a session', () => {
  it('shows the history of the welcome and what comes after', () => {
    const { network, model } = setUp();
    network.last.down(
      welcome({ history: [message(9), message(10)] }),
      posted(11)
    );
    expect(shown(model)).toEqual(['text 9', 'text 10', 'text 11']);
    expect(model.me).toBe('user:ann');
  });

  it('does not take an event twice', () => {
    const { network, model } = setUp();
    network.last.down(welcome(), posted(11));
    network.last.down(posted(11, { message_id: 'other' }));
    expect(shown(model)).toEqual(['text 11']);
    expect(model.state?.message_count).toBe(1);
  });

  it('tells a frame once and a message only to its own row', () => {
    const { network, model } = setUp();
    network.last.down(welcome(), posted(11));
    const lists: unknown[] = [];
    const messages: string[] = [];
    model.listChanged.connect(() => lists.push(1));
    model.messageChanged.connect((_, id) => messages.push(id));
    network.last.down(posted(12), posted(13), posted(14));
    expect(lists.length).toBe(1);
    expect(messages).toEqual(['m12', 'm13', 'm14']);
    lists.length = messages.length = 0;
    network.last.down({
      type: 'chat.edited',
      seq: 15,
      at: 15,
      actor: 'user:ben',
      message_id: 'm12',
      body: 'better',
      mentions: []
    });
    expect(lists.length).toBe(0);
    expect(messages).toEqual(['m12']);
    expect(shown(model)[1]).toBe('better');
  });

  it('shows what I say at once and replaces it by what is stored', () => {
    const { network, model } = setUp();
    network.last.down(welcome());
    model.post({ body: 'hello' });
    expect(shown(model)).toEqual(['sending: hello']);
    const { ref } = network.last.commands[0];
    network.last.down(
      { type: 'ack', ref, seq: 11 },
      posted(11, { actor: 'user:ann', body: 'hello' })
    );
    expect(shown(model)).toEqual(['hello']);
  });

  it('never shows a message twice when the event overtakes its ack', () => {
    const { network, model } = setUp();
    network.last.down(welcome());
    model.post({ body: 'same' });
    model.post({ body: 'same' });
    const [a, b] = network.last.commands.map(command => command.ref);
    network.last.down(posted(11, { actor: 'user:ann', body: 'same' }));
    expect(shown(model)).toEqual(['same', 'sending: same']);
    network.last.down({ type: 'ack', ref: a, seq: 11 });
    expect(shown(model)).toEqual(['same', 'sending: same']);
    network.last.down(
      { type: 'ack', ref: b, seq: 12 },
      posted(12, { actor: 'user:ann', body: 'same' })
    );
    expect(shown(model)).toEqual(['same', 'same']);
  });

  it('shows after a reload what was not sent before', () => {
    const first = setUp();
    first.model.post({ body: 'offline words' });
    first.model.dispose();
    const network = new FakeNetwork();
    const model = new SessionModel({
      sessionId: 's1',
      me: 'user:ann',
      sockets: network.open,
      timers: new FakeTimers(),
      storage: first.storage,
      source: {} as any
    });
    expect(shown(model)).toEqual(['sending: offline words']);
    network.last.down(welcome());
    expect(shown(model)).toEqual(['sending: offline words']);
    expect(network.last.commands.length).toBe(1);
  });

  it('keeps a refused message with its reason, and sends it again', () => {
    const { network, model } = setUp();
    network.last.down(welcome());
    model.post({ body: 'hello' });
    const { ref } = network.last.commands[0];
    const no = { code: 'muted' as const, message: 'You are muted here.' };
    network.last.down({ type: 'rejected', ref, ...no });
    expect(shown(model)).toEqual(['failed: hello']);
    const id = `unsent:${ref}`;
    expect(model.entry(id)?.problem).toBe('You are muted here.');
    model.retry(id);
    expect(shown(model)).toEqual(['sending: hello']);
    expect(network.last.commands[1].ref).not.toBe(ref);
  });

  it('settles other commands for whoever asked', async () => {
    const { network, model } = setUp();
    network.last.down(welcome());
    const good = model.command({ type: 'session.rename', name: 'A' });
    const bad = model.command({ type: 'session.rename', name: 'B' });
    const [a, b] = network.last.commands.map(command => command.ref);
    network.last.down(
      { type: 'ack', ref: a, seq: 11 },
      { type: 'rejected', ref: b, code: 'conflict', message: 'Too late.' }
    );
    await expect(good).resolves.toMatchObject({ seq: 11 });
    await expect(bad).rejects.toMatchObject({ code: 'conflict' });
  });

  it('leaves nobody waiting when the session is gone', async () => {
    const { network, model } = setUp();
    network.last.down(welcome());
    const deletion = model.command({ type: 'session.delete' });
    network.last.lose(4501);
    await expect(deletion).rejects.toMatchObject({ code: 'network' });
  });

  it('shows a streamed answer growing, in one place, to its end', () => {
    const { network, model } = setUp();
    const text = 'because 😀';
    network.last.down(
      welcome({ snapshot: sessionState({ runs: { r: RUN } }) })
    );
    expect(model.rows(null).map(row => row.kind)).toContain('run');
    const id = 'm50';
    network.last.down({
      type: 'chat.delta',
      message_id: id,
      offset: 0,
      text: 'because ',
      start: START
    });
    expect(shown(model)).toEqual(['streaming: because ']);
    expect(model.rows(null).map(row => row.kind)).not.toContain('run');
    const rows = model.rows(null);
    network.last.down({
      type: 'chat.delta',
      message_id: id,
      offset: 8,
      text: '😀'
    });
    expect(model.rows(null)).toBe(rows);
    network.last.down(
      posted(11, {
        message_id: id,
        actor: 'agent:notebook',
        run_id: 'r',
        body: undefined,
        length: 9,
        sha256: createHash('sha256').update(text).digest('hex')
      })
    );
    expect(shown(model)).toEqual([text]);
  });

  it('fetches a text again that does not add up', async () => {
    let asked: unknown = null;
    const { network, model } = setUp({
      page: async options => {
        asked = options;
        return {
          messages: [message(11, { message_id: 'm50', body: 'whole text' })],
          has_earlier: true
        };
      }
    });
    network.last.down(
      welcome(),
      posted(11, { message_id: 'm50', body: undefined, sha256: 'x', length: 3 })
    );
    await new Promise(process.nextTick);
    expect(asked).toEqual({ before: 12, limit: 1 });
    expect(shown(model)).toEqual(['whole text']);
  });

  it('goes on where it was after a lost connection', () => {
    const { network, timers, model } = setUp();
    network.last.down(welcome(), posted(11));
    network.last.lose();
    expect(model.connection.kind).toBe('reconnecting');
    timers.advance(1000);
    expect(network.last.resume).toEqual({ after: 11, at: 11000, epoch: 'e1' });
    network.last.down(welcome({ snapshot: null, head_seq: 12 }), posted(12));
    expect(shown(model)).toEqual(['text 11', 'text 12']);
  });

  it('begins anew with a snapshot but keeps what I have not sent', () => {
    const { network, timers, model } = setUp();
    network.last.down(welcome(), posted(11));
    network.last.lose();
    model.post({ body: 'mine' });
    timers.advance(1000);
    network.last.down(
      welcome({
        snapshot: sessionState({ last_seq: 99, name: 'New' }),
        history: [message(99)]
      })
    );
    expect(model.state?.name).toBe('New');
    expect(shown(model)).toEqual(['text 99', 'sending: mine']);
  });

  it('loads earlier pages until the list has grown', async () => {
    const pages: MessagePage[] = [
      {
        messages: [message(8, { thread_id: 'm1' })],
        has_earlier: true
      },
      { messages: [message(6), message(7)], has_earlier: false }
    ];
    const asked: unknown[] = [];
    const { network, model } = setUp({
      page: async ({ before }) => {
        asked.push(before);
        return pages.shift()!;
      }
    });
    network.last.down(welcome({ history: [message(9)], has_earlier: true }));
    await model.loadEarlier();
    expect(asked).toEqual([9, 8]);
    expect(shown(model)).toEqual(['text 6', 'text 7', 'text 9']);
    expect(model.hasEarlier).toBe(false);
    expect(shown(model, 'm1')).toEqual(['text 8']);
  });

  it('goes to an old message while earlier ones are being loaded', async () => {
    const answers: ((page: MessagePage) => void)[] = [];
    const { network, model } = setUp({
      page: () => new Promise(done => answers.push(done))
    });
    network.last.down(welcome({ history: [message(9)], has_earlier: true }));
    const loading = model.loadEarlier();
    const jumping = model.jumpTo(message(6));
    answers.shift()!({ messages: [message(7)], has_earlier: true });
    await loading;
    await Promise.resolve();
    answers.shift()!({ messages: [message(6)], has_earlier: false });
    await jumping;
    expect(shown(model)).toEqual(['text 6', 'text 7', 'text 9']);
    expect(answers).toEqual([]);
  });

  it('keeps replies in their thread', () => {
    const { network, model } = setUp();
    network.last.down(
      welcome({ history: [message(9)] }),
      posted(11, { thread_id: 'm9', body: 'reply' })
    );
    expect(shown(model)).toEqual(['text 9']);
    expect(shown(model, 'm9')).toEqual(['text 9', 'reply']);
    expect([...model.unreadThreads]).toEqual(['m9']);
    model.threadSeen('m9');
    expect(model.unreadThreads.size).toBe(0);
  });

  it('counts what I have not read, and tells when I have', () => {
    const { network, timers, model } = setUp();
    network.last.down(
      welcome({ history: [message(9), message(10)], read_seq: 9 })
    );
    expect(model.unread).toBe(1);
    expect(model.rows(null).map(row => row.kind)).toContain('unread');
    model.watch(true);
    expect(model.unread).toBe(0);
    timers.advance(1000);
    expect(network.last.commands.pop()).toMatchObject({
      type: 'chat.read',
      read_seq: 10
    });
    network.last.down(posted(11));
    expect(model.unread).toBe(0);
    model.watch(false);
    network.last.down(posted(12));
    expect(model.unread).toBe(1);
    network.last.down({ type: 'chat.read_changed', read_seq: 12 });
    expect(model.unread).toBe(0);
  });

  it('counts messages only: nobody reads that somebody joined', () => {
    const { network, model } = setUp();
    network.last.down(welcome({ read_seq: 10 }), {
      type: 'participant.left',
      seq: 11,
      at: 11,
      actor: 'user:ben',
      participant_id: 'user:ben'
    });
    expect(model.unread).toBe(0);
    network.last.down(posted(12));
    expect(model.unread).toBe(1);
  });

  it('reads back who came and went among the messages that it shows', async () => {
    const asked: unknown[] = [];
    const { network, timers, model } = setUp({
      events: async (after, limit) => {
        asked.push([after, limit]);
        return [
          {
            type: 'participant.left',
            seq: 9,
            at: 9000,
            actor: 'user:cal',
            participant_id: 'user:cal'
          }
        ];
      }
    });
    network.last.down(welcome({ history: [message(8)], has_earlier: true }));
    expect(asked).toEqual([]); // the messages come first
    timers.advance(1000);
    for (let i = 0; i < 5; i++) {
      await Promise.resolve();
    }
    expect(asked).toEqual([[7, 3]]);
    const kinds = model
      .rows(null)
      .flatMap(row => (row.kind === 'notices' ? row.notices : []))
      .map(notice => notice.kind);
    expect(kinds).toEqual(['left']);
  });

  it('says what the server says is wrong while it cannot write', async () => {
    let problem: string | null = 'The disk is full. Free some space.';
    const { network, model } = setUp({ problem: async () => problem });
    network.last.down(welcome());
    network.last.lose(4002);
    for (let i = 0; i < 5; i++) {
      await Promise.resolve();
    }
    expect(model.problem).toBe('The disk is full. Free some space.');
    problem = null;
    model.wake();
    network.last.down(welcome({ snapshot: null }));
    expect(model.problem).toBeNull();
  });

  it('reports mentions of me and the end of my runs', () => {
    const { network, model } = setUp();
    const heard: string[] = [];
    model.mentioned.connect((_, m) => heard.push(m.body));
    model.runFinished.connect((_, run) => heard.push(run.status));
    network.last.down(
      welcome({ snapshot: sessionState({ runs: { r: RUN } }) }),
      posted(11, { mentions: ['user:ann'], body: '@ann look' }),
      posted(12, { mentions: ['user:ben'] }),
      {
        type: 'run.finished',
        seq: 13,
        at: 13,
        actor: 'agent:notebook',
        run_id: 'r',
        status: 'failed',
        error: 'no kernel',
        steps: 1
      }
    );
    expect(heard).toEqual(['@ann look', 'failed']);
  });

  it('may do at once what the server says it may', () => {
    const { network, model } = setUp();
    network.last.down(welcome({ permissions: ['post', 'read'] }));
    expect(model.can('post')).toBe(true);
    const heard: boolean[] = [];
    model.permissionsChanged.connect(() => heard.push(model.can('post')));
    network.last.down(
      { type: 'permissions.changed', permissions: ['read'] },
      {
        type: 'participant.role_changed',
        seq: 11,
        at: 11,
        actor: 'user:ben',
        participant_id: 'user:ann',
        role: 'viewer'
      }
    );
    expect(heard).toEqual([false]);
    expect(network.sockets.length).toBe(1);
  });

  it('finds the thread of a place, or offers to begin one', () => {
    const { network, model } = setUp();
    const anchor = { path: 'a.ipynb', cell_id: 'c1' };
    network.last.down(welcome(), posted(11, { anchor }));
    model.openThread(anchor);
    expect(model.navigation.view).toEqual({ kind: 'thread', threadId: 'm11' });
    model.openThread({ ...anchor, cell_id: 'c2' });
    expect(model.navigation.view.kind).toBe('new-thread');
  });

  it('forgets who types when they speak or after a while', () => {
    const { network, timers, model } = setUp();
    const typing = {
      type: 'typing.changed' as const,
      participant_id: 'user:ben',
      typing: true,
      thread_id: null
    };
    network.last.down(welcome(), typing);
    expect(model.typing(null)).toEqual(['user:ben']);
    network.last.down(posted(11));
    expect(model.typing(null)).toEqual([]);
    network.last.down(typing);
    timers.advance(10_000);
    expect(model.typing(null)).toEqual([]);
  });

  it('takes a message fast also among 5,000', () => {
    const { network, model } = setUp();
    const history = Array.from({ length: 5000 }, (_, i) => message(i + 1));
    network.last.down(
      welcome({ history, snapshot: sessionState({ last_seq: 5000 }) })
    );
    model.rows(null);
    const times = Array.from({ length: 20 }, (_, i) => {
      const begin = performance.now();
      network.last.down(posted(5001 + i));
      model.rows(null);
      return performance.now() - begin;
    });
    // the best of them: others use this machine at the same time
    expect(Math.min(...times)).toBeLessThan(10);
  });
});
