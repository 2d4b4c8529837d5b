import { Notification } from '@jupyterlab/apputils';
import { nullTranslator } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';
import { participant } from '../../__tests__/kit';
import {
  documentState,
  FakeChannel,
  lock,
  NOTEBOOK,
  request
} from '../../documents/__tests__/kit';
import { Documents } from '../../documents/documents';
import { Lock, LockEnd } from '../../protocol.gen';
import { tellLocks } from '../lockNews';

const ME = 'user:me';
const mine = lock({ holder: ME, holder_name: 'Me' });
const byBen = request({ by: 'user:ben', by_name: 'Ben' });
const about = { document_id: 'd1', path: NOTEBOOK };

let channel: FakeChannel;
let documents: Documents;

function setUp(notify = true, isVisible = false) {
  channel = new FakeChannel();
  documents = new Documents(channel);
  documents.watch(NOTEBOOK);
  const session: any = {
    me: ME,
    live: true,
    documents,
    permissions: new Set(['lock']),
    participants: { [ME]: participant(ME) },
    nameOf: () => 'Cleo'
  };
  const collab: any = { session };
  collab.sessionChanged = new Signal(collab);
  const services: any = {
    trans: nullTranslator.load(''),
    workspace: {
      describe: (place: any) =>
        place.cell_id ? `cell ${place.cell_index + 1}` : place.path
    }
  };
  tellLocks(collab, { services, isVisible }, { notify });
  collab.sessionChanged.emit(session);
}

const said = (): string[] =>
  Notification.manager.notifications.map(one => one.message);
const labels = (): string[] =>
  Notification.manager.notifications[0].options.actions!.map(
    ({ label }) => label
  );
const press = (label: string): void =>
  Notification.manager.notifications[0].options
    .actions!.find(action => action.label === label)!
    .callback(new MouseEvent('click'));
const ask = (): void => {
  const asked = { ...mine, requests: [byBen] };
  documents.take({
    type: 'document.changed',
    document: documentState([asked])
  });
  documents.take({
    type: 'lock.requested',
    ...about,
    lock: asked,
    request: byBen
  });
};
const release = (
  how: LockEnd,
  one: Lock,
  to: string | null = null,
  at = Date.now()
): void =>
  documents.take({
    type: 'lock.released',
    seq: 1,
    at,
    actor: 'user:cleo',
    ...about,
    lock: one,
    how,
    to
  });

afterEach(() => Notification.dismiss());

describe('a request for my lock', () => {
  it('is told with the two answers, which are given at once', () => {
    setUp();
    ask();
    expect(said()).toEqual(['Ben asks for cell 4']);
    expect(labels()).toEqual(['Hand over to Ben', 'Keep it']);
    press('Hand over to Ben');
    expect(channel.asked).toEqual([
      {
        type: 'lock.hand_over',
        path: NOTEBOOK,
        lock_id: 'l1',
        to: 'user:ben'
      }
    ]);
  });

  it('is told no more when it was answered elsewhere', () => {
    setUp();
    ask();
    ask();
    expect(said()).toHaveLength(1);
    documents.take({
      type: 'document.changed',
      document: documentState([mine])
    });
    expect(said()).toEqual([]);
  });

  it('is not told twice to somebody who sees the panel', () => {
    setUp(true, true);
    ask();
    expect(said()).toEqual([]);
  });

  it('leaves somebody alone who is not to be disturbed', () => {
    setUp(false);
    ask();
    expect(said()).toEqual([]);
  });
});

describe('a lock that ended', () => {
  const wanted = lock({ requests: [request({ by: ME })] });

  it.each([
    ['handed_over', wanted, ME, 'Ben handed cell 4 over to you'],
    ['stolen', mine, 'user:cleo', 'Cleo took cell 4 over'],
    ['expired', mine, null, 'Your lock on cell 4 has ended'],
    ['withdrawn', mine, null, 'Your lock on cell 4 was withdrawn'],
    ['released', wanted, null, 'cell 4 is free']
  ] as const)('is told when it matters: %s', (how, one, to, words) => {
    setUp();
    release(how, one, to);
    expect(said()).toEqual([words]);
  });

  it.each([
    ['released by me', 'released', mine, null],
    ['of others, that I did not ask for', 'released', lock(), null],
    ['handed over to somebody else', 'handed_over', wanted, 'user:cleo']
  ] as const)('is no news: %s', (_, how, one, to) => {
    setUp();
    release(how, one, to);
    expect(said()).toEqual([]);
  });

  it('long ago, before the connection came back, is no news', () => {
    setUp();
    release('expired', mine, null, Date.now() - 600_000);
    expect(said()).toEqual([]);
  });

  it('can be taken when it is free', () => {
    setUp();
    release('left', wanted);
    press('Lock it');
    expect(channel.asked).toEqual([
      {
        type: 'lock.acquire',
        path: NOTEBOOK,
        cell_id: 'c4',
        cell_index: 3
      }
    ]);
  });
});

it('says that the holder keeps the lock, and from when it may be taken', () => {
  setUp();
  documents.take({
    type: 'lock.refused',
    ...about,
    lock: lock(),
    request: request({ refused_at: 1 })
  });
  expect(said()[0]).toMatch(/^Ben keeps cell 4\. You may take it over at /);
});

describe('a change that was put back', () => {
  const put = (obstacle: 'locked' | 'read_only', locks: Lock[]): void =>
    documents.take({
      type: 'edit.refused',
      ...about,
      at: Date.now(),
      obstacle,
      cell_ids: ['c4'],
      locks
    });

  it('is told also to somebody who is not to be disturbed', () => {
    setUp(false);
    put('locked', [lock()]);
    expect(said()).toEqual(['Your change was put back: Ben locked cell 4']);
  });

  it('by an account that only reads says so', () => {
    setUp();
    put('read_only', []);
    expect(said()).toEqual([
      'Your change was put back: you may only read work/sales.ipynb'
    ]);
  });
});
