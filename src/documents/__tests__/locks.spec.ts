import { nullTranslator } from '@jupyterlab/translation';
import { participant } from '../../__tests__/kit';
import { Lock } from '../../protocol.gen';
import { Documents } from '../documents';
import { ILockSession, lockActions } from '../lockActions';
import { requestWords } from '../lockMenu';
import {
  blockerOf,
  lockList,
  lockOn,
  mayTake,
  waitingRequests
} from '../locks';
import { lockedHere, shortTimeLeft, timeLeft } from '../lockWords';
import {
  documentState,
  FakeChannel,
  lock,
  MINUTE,
  NOTEBOOK,
  request
} from './kit';

const trans = nullTranslator.load('test');
const whole = lock({ lock_id: 'w', scope: 'document', cell_id: null });
const range = lock({ lock_id: 'r', scope: 'range' });

describe('the lock of a place', () => {
  it('is the one on the cell, or on the document', () => {
    const state = documentState([range, lock(), whole]);
    expect(lockOn(state, 'c4')?.lock_id).toBe('l1');
    expect(lockOn(state, 'c5')).toBeNull();
    expect(lockOn(state, null)?.lock_id).toBe('w');
    expect(lockOn(null, 'c4')).toBeNull();
  });

  it('keeps others from the cell, not its holder', () => {
    const state = documentState([lock()]);
    expect(blockerOf(state, 'c4', 'user:me')?.holder).toBe('user:ben');
    expect(blockerOf(state, 'c4', 'user:ben')).toBeNull();
    expect(blockerOf(state, 'c5', 'user:me')).toBeNull();
  });

  it('on a document keeps others from all of it', () => {
    const state = documentState([whole]);
    expect(blockerOf(state, 'c5', 'user:me')?.lock_id).toBe('w');
    expect(blockerOf(state, null, 'user:me')?.lock_id).toBe('w');
  });

  it('on a range keeps nobody from anything', () => {
    expect(blockerOf(documentState([range]), 'c4', 'user:me')).toBeNull();
  });

  it('may be taken when a request has waited long enough', () => {
    const asked = lock({ requests: [request()] });
    expect(mayTake(asked, 'user:me', 2 * MINUTE)).toBe(false);
    expect(mayTake(asked, 'user:me', 3 * MINUTE)).toBe(true);
    expect(mayTake(asked, 'user:cleo', 3 * MINUTE)).toBe(false);
  });

  it('waits for an answer to requests that were not refused, in order', () => {
    const asked = lock({
      requests: [
        request({ by: 'user:b', at: 2 }),
        request({ by: 'user:c', at: 3, refused_at: 4 }),
        request({ by: 'user:a', at: 1 })
      ]
    });
    expect(waitingRequests(asked).map(({ by }) => by)).toEqual([
      'user:a',
      'user:b'
    ]);
  });
});

it('lists locks by file, whole documents first, then cells in their order', () => {
  const places = lockList([
    documentState([
      lock({ lock_id: '4' }),
      lock({ lock_id: '2', cell_index: 1 })
    ]),
    documentState([whole], { path: 'a.py' })
  ]);
  expect(places.map(({ path, lock }) => [path, lock.lock_id])).toEqual([
    ['a.py', 'w'],
    [NOTEBOOK, '2'],
    [NOTEBOOK, '4']
  ]);
});

describe('words', () => {
  it.each([
    [59_000, 'less than a minute left', '< 1 min'],
    [-5, 'less than a minute left', '< 1 min'],
    [12.9 * MINUTE, '12 min left', '12 min'],
    [119 * MINUTE, '119 min left', '119 min'],
    [150 * MINUTE, '2 h left', '2 h']
  ])('say that %p ms are left', (left, long, short) => {
    expect(timeLeft(1000 + left, 1000, trans)).toBe(long);
    expect(shortTimeLeft(1000 + left, 1000, trans)).toBe(short);
  });

  it('say whose lock it is', () => {
    const said = (one: Lock, path = NOTEBOOK, me = 'user:me') =>
      lockedHere({ path, lock: one }, me, trans);
    expect(said(lock())).toBe('Ben locked this cell');
    expect(said(lock(), NOTEBOOK, 'user:ben')).toBe('You locked this cell');
    expect(said(whole)).toBe('Ben locked this notebook');
    expect(said(whole, 'a.py')).toBe('Ben locked this file');
  });

  it('say how a request of mine stands', () => {
    const said = (change: object, now: number) =>
      requestWords(
        lock({ requests: [request(change)] }),
        'user:me',
        now,
        trans
      );
    expect(requestWords(lock(), 'user:me', 0, trans)).toBeNull();
    expect(said({}, 2 * MINUTE)).toMatch(/^You asked · .* at /);
    expect(said({ refused_at: MINUTE }, 2 * MINUTE)).toMatch(/^Ben keeps it/);
    expect(said({}, 3 * MINUTE)).toMatch(/take it over now/);
  });
});

describe('what can be done about a lock', () => {
  let channel: FakeChannel;
  let session: ILockSession & { live: boolean };

  beforeEach(() => {
    channel = new FakeChannel();
    session = {
      me: 'user:me',
      live: true,
      permissions: new Set(['lock']),
      participants: { 'user:me': participant('user:me') },
      documents: new Documents(channel)
    };
  });

  const actions = (one = lock(), now = 0) =>
    lockActions({ path: NOTEBOOK, lock: one }, session, now, trans);
  const kinds = (one = lock(), now = 0) =>
    actions(one, now).map(({ kind }) => kind);

  it('of somebody else: ask for it, once', () => {
    expect(kinds()).toEqual(['ask']);
    actions()[0].run();
    expect(channel.asked).toEqual([
      { type: 'lock.request', path: NOTEBOOK, lock_id: 'l1' }
    ]);
    expect(kinds(lock({ requests: [request()] }))).toEqual([]);
  });

  it('of somebody else: take it over, after waiting or as an owner', () => {
    const asked = lock({ requests: [request()] });
    expect(kinds(asked, 3 * MINUTE)).toEqual(['take']);
    session = {
      ...session,
      participants: { 'user:me': participant('user:me', { role: 'owner' }) }
    };
    expect(kinds()).toEqual(['ask', 'take']);
  });

  it('of mine: let it go, or prolong it', () => {
    expect(kinds(lock({ holder: 'user:me' }))).toEqual(['release', 'prolong']);
  });

  it('of mine that others want: give it to one of them, or keep it', () => {
    const wanted = lock({
      holder: 'user:me',
      requests: [request({ by: 'user:ben', by_name: 'Ben' })]
    });
    expect(actions(wanted).map(({ label }) => label)).toEqual([
      'Hand over to Ben',
      'Keep it',
      'Release',
      'Prolong'
    ]);
    actions(wanted)[0].run();
    expect(channel.asked).toEqual([
      {
        type: 'lock.hand_over',
        path: NOTEBOOK,
        lock_id: 'l1',
        to: 'user:ben'
      }
    ]);
  });

  it('of somebody else, for a reader: nothing', () => {
    session = { ...session, permissions: new Set() };
    expect(kinds()).toEqual([]);
    expect(kinds(lock({ holder: 'user:me' }))).toContain('release');
  });

  it('without a connection: nothing', () => {
    session.live = false;
    expect(kinds()).toEqual([]);
    expect(kinds(lock({ holder: 'user:me' }))).toEqual([]);
  });
});
