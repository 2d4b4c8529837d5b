import { nullTranslator } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';
import { Location, Thread } from '../../protocol.gen';
import { FollowMode, KEEPS_FOLLOWING } from '../followMode';
import { byCell, guestsIn, safeColor, stack } from '../guests';
import { chipLabel } from '../GuestStrip';
import { caretOf, isSameLocation, isSameView } from '../places';
import { PresencePublisher } from '../presencePublisher';
import { requestWords } from '../revealRequests';
import { talksIn } from '../threadCounts';
import { Throttle } from '../throttle';
import { FakeSession } from './fakeSession';

const trans = nullTranslator.load('');
const at = (line: number, column = 0) => ({ line, column });

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

test('a throttle runs first, last, and not too often', () => {
  const ran: number[] = [];
  const start = Date.now();
  const throttle = new Throttle(
    () => ran.push(Date.now() - start),
    () => 100
  );
  for (let ms = 0; ms < 250; ms += 10) {
    throttle.call();
    jest.advanceTimersByTime(10);
  }
  jest.advanceTimersByTime(1000);
  expect(ran).toEqual([0, 100, 200, 300]);
  throttle.call();
  throttle.call();
  throttle.dispose();
  jest.advanceTimersByTime(1000);
  expect(ran).toHaveLength(5);
});

describe('a caret', () => {
  const editor = (cursor: any, start: any, end: any) => ({
    getCursorPosition: () => cursor,
    getSelection: () => ({ start, end })
  });

  test('without a selection', () => {
    expect(caretOf(editor(at(1, 2), at(1, 2), at(1, 2)))).toEqual({
      cursor: at(1, 2),
      selection: null
    });
  });

  test('knows in which direction text was selected', () => {
    const { selection } = caretOf(editor(at(0), at(0), at(3, 1)));
    expect(selection).toEqual({ anchor: at(3, 1), head: at(0) });
  });

  test('carries nothing that the wire forbids', () => {
    const extra = { ...at(1), uuid: 'x' };
    expect(caretOf(editor(extra, extra, extra)).cursor).toEqual(at(1));
  });
});

test('locations are compared with and without unset fields', () => {
  expect(isSameLocation({ path: 'a' }, { path: 'a', cell_id: null })).toBe(
    true
  );
  expect(isSameLocation({ path: 'a' }, null)).toBe(false);
  const here = { path: 'a', cell_id: 'c', cursor: at(1, 2) };
  expect(isSameView(here, { ...here, cursor: at(1, 9) })).toBe(true);
  expect(isSameView(here, { ...here, cursor: at(2, 2) })).toBe(false);
});

describe('the others in a notebook', () => {
  const session = new FakeSession();
  session.put('user:ben', { path: 'n.ipynb', cell_id: 'c1', cell_index: 3 });
  session.put('user:ann', { path: 'n.ipynb', cell_id: 'c1', cell_index: 3 });
  session.put('agent:echo', { path: 'n.ipynb' }, { doing: 'reads' });
  session.put('user:carl', { path: 'other.ipynb', cell_id: 'c1' });
  session.put('user:dora', { path: 'n.ipynb' }, { activity: 'offline' });
  session.put('user:me', { path: 'n.ipynb', cell_id: 'c1' });
  session.put('user:gone', { path: 'n.ipynb', cell_id: 'c1' });
  session.participants['user:gone'] = {
    ...session.participants['user:gone'],
    membership: 'removed'
  };

  test('are the members who are there, by name, without me', () => {
    const guests = guestsIn('n.ipynb', session);
    expect(guests.map(guest => guest.name)).toEqual(['Ann', 'Ben', 'Echo']);
    expect(
      byCell(guests)
        .get('c1')!
        .map(guest => guest.name)
    ).toEqual(['Ann', 'Ben']);
  });

  test('are named with their cell, counted from one', () => {
    const [ann, , echo] = guestsIn('n.ipynb', session);
    expect(chipLabel(ann, trans)).toBe('Ann · cell 4');
    expect(chipLabel(echo, trans)).toBe('Echo');
  });

  test('are stacked with the rest counted', () => {
    expect(stack([1, 2, 3], 3)).toEqual({ shown: [1, 2, 3], more: 0 });
    expect(stack([1, 2, 3, 4], 3)).toEqual({ shown: [1, 2], more: 2 });
  });

  test.each([
    ['#107c10', true],
    ['rgb(1, 2, 3)', true],
    ['var(--jp-collaborator-color1)', true],
    ['url(https://evil.example/x)', false],
    ['red;background:url(x)', false],
    ['', false]
  ])('have the colour %j only if it is one', (color, isOne) => {
    expect(safeColor(color)).toBe(isOne ? color : '');
  });
});

test('talks are counted by cell of one file', () => {
  const thread = (path: string, cell_id: string | null, replies: number) =>
    ({ anchor: { path, cell_id }, replies }) as Thread;
  const talks = talksIn('n.ipynb', {
    a: thread('n.ipynb', 'c1', 2),
    b: thread('n.ipynb', 'c1', 0),
    c: thread('n.ipynb', null, 5),
    d: thread('m.ipynb', 'c1', 5),
    e: { anchor: null, replies: 9 } as Thread
  });
  expect([...talks]).toEqual([['c1', { threads: 2, messages: 4 }]]);
});

test('a request says who, which cell, which file', () => {
  expect(requestWords('Ann', { path: 'a/n.ipynb', cell_index: 0 }, trans)).toBe(
    'Ann asks everyone to look at cell 1 of n.ipynb.'
  );
  expect(requestWords('Ann', { path: 'a/n.py' }, trans)).toBe(
    'Ann asks everyone to look at n.py.'
  );
});

describe('my presence', () => {
  class Place {
    location: Location | null = { path: 'n.ipynb' };
    readonly changed = new Signal<Place, void>(this);
    go(location: Location | null) {
      this.location = location;
      this.changed.emit();
    }
  }
  let session: FakeSession;
  let place: Place;
  let publisher: PresencePublisher;

  beforeEach(() => {
    session = new FakeSession();
    place = new Place();
    publisher = new PresencePublisher(session, place);
  });
  afterEach(() => publisher.dispose());

  test('is told at once, and then only what is new', () => {
    expect(session.sent).toEqual([
      {
        type: 'presence.update',
        location: { path: 'n.ipynb' },
        following: null,
        active: true
      }
    ]);
    jest.advanceTimersByTime(1000);
    place.go({ path: 'n.ipynb', cell_id: null });
    jest.advanceTimersByTime(1000);
    expect(session.sent).toHaveLength(1);
  });

  test('is told at most ten times a second, the last one surely', () => {
    for (let line = 0; line < 100; line++) {
      place.go({ path: 'n.py', cursor: at(line) });
      jest.advanceTimersByTime(10);
    }
    jest.advanceTimersByTime(200);
    expect(session.sent.length).toBeLessThanOrEqual(12);
    expect(session.sent[session.sent.length - 1]).toMatchObject({
      location: { cursor: at(99) }
    });
  });

  test('is told again to a new connection', () => {
    session.setLive(false);
    place.go({ path: 'b.ipynb' });
    jest.advanceTimersByTime(1000);
    expect(session.sent).toHaveLength(1);
    session.setLive(true);
    jest.advanceTimersByTime(1000);
    expect(session.sent).toHaveLength(2);
  });

  test('says when the tab is hidden', () => {
    jest.advanceTimersByTime(1000);
    const hidden = jest.spyOn(document, 'hidden', 'get').mockReturnValue(true);
    document.dispatchEvent(new Event('visibilitychange'));
    hidden.mockRestore();
    expect(session.sent[1]).toMatchObject({ active: false });
  });

  test('says whom I follow', () => {
    jest.advanceTimersByTime(1000);
    session.follow('user:ann');
    expect(session.sent[1]).toMatchObject({ following: 'user:ann' });
  });

  test('is renewed by keys and clicks, twice a minute', () => {
    for (let second = 0; second < 90; second++) {
      document.dispatchEvent(new Event('keydown'));
      jest.advanceTimersByTime(1000);
    }
    expect(session.sent.length).toBe(3);
  });

  test('is not told after it ended', () => {
    publisher.dispose();
    place.go({ path: 'b.ipynb' });
    jest.advanceTimersByTime(1000);
    expect(session.sent).toHaveLength(1);
  });
});

describe('following', () => {
  const first = { path: 'n.ipynb', cell_id: 'c1', cursor: at(0, 0) };
  const second = { path: 'n.ipynb', cell_id: 'c2' };
  let session: FakeSession;
  let follow: FollowMode;
  let frame: HTMLElement;
  let revealed: Location[];
  let release: (() => void)[];

  beforeEach(() => {
    session = new FakeSession();
    session.put('user:ann', first);
    frame = document.body.appendChild(document.createElement('div'));
    revealed = [];
    release = [];
    follow = new FollowMode(session, {
      frame: () => frame,
      reveal: location => {
        revealed.push(location);
        return new Promise<void>(resolve => release.push(resolve));
      },
      trans
    });
    session.follow('user:ann');
  });
  afterEach(() => {
    follow.dispose();
    frame.remove();
  });
  const settle = async () => {
    release.splice(0).forEach(done => done());
    await Promise.resolve();
    await Promise.resolve();
  };

  test('shows where the leader is and says so', () => {
    expect(revealed).toEqual([first]);
    const label = frame.querySelector('[role="status"]')!;
    expect(label.textContent).toBe('Following Ann · Esc stops');
  });

  test('goes where the leader goes, the last place if they are fast', async () => {
    session.put('user:ann', second);
    session.put('user:ann', { path: 'm.ipynb' });
    session.put('user:ann', { path: 'o.ipynb' });
    expect(revealed).toHaveLength(1);
    await settle();
    expect(revealed).toEqual([first, { path: 'o.ipynb' }]);
  });

  test('does not scroll for a caret that stays in its line', async () => {
    await settle();
    session.put('user:ann', { ...first, cursor: at(0, 5) });
    expect(revealed).toHaveLength(1);
  });

  test.each(['keydown', 'pointerdown', 'wheel', 'touchstart'])(
    'ends on my %s',
    type => {
      document.body.dispatchEvent(new Event(type, { bubbles: true }));
      expect(session.following).toBeNull();
      expect(frame.childElementCount).toBe(0);
    }
  );

  test('does not end on the button that toggles it', () => {
    const button = frame.appendChild(document.createElement('button'));
    button.setAttribute(KEEPS_FOLLOWING, '');
    button.dispatchEvent(new Event('pointerdown', { bubbles: true }));
    expect(session.following).toBe('user:ann');
    button.dispatchEvent(
      new KeyboardEvent('keydown', { key: 'Escape', bubbles: true })
    );
    expect(session.following).toBeNull();
  });

  test('ends when the leader leaves, but not when we are offline', () => {
    session.setLive(false);
    session.presence.delete('user:ann');
    session.presenceChanged.emit(null);
    expect(session.following).toBe('user:ann');
    session.setLive(true);
    expect(session.following).toBeNull();
  });

  test('leaves nothing behind', () => {
    follow.dispose();
    expect(frame.childElementCount).toBe(0);
    document.body.dispatchEvent(new Event('keydown', { bubbles: true }));
    expect(session.following).toBe('user:ann');
  });
});
