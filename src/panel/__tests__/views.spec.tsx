import * as React from 'react';
import { posted, sessionState, welcome, message } from '../../__tests__/kit';
import { ContextView } from '../ContextView';
import { SearchView } from '../SearchView';
import { SessionView } from '../SessionView';
import { Tabs } from '../Tabs';
import { ThreadsView } from '../ThreadsView';
import { Stage } from './stage';

let stage: Stage;
beforeEach(() => {
  stage = new Stage();
});
afterEach(() => stage.close());

describe('the connection', () => {
  it('that is lost is said quietly, with what becomes of my words', () => {
    stage.down(welcome());
    stage.do(() => stage.session.navigation.go({ kind: 'context' }));
    stage.show(<SessionView session={stage.session} />);
    stage.do(() => stage.socket.lose());
    expect(stage.text).toContain('Reconnecting… your messages will be sent');
    stage.click('Try now');
    expect(stage.network.sockets.length).toBe(2);
    stage.down(welcome({ snapshot: null }));
    expect(stage.text).not.toContain('Reconnecting');
  });

  it('that is lost because the server cannot write says what it says', async () => {
    stage.close();
    stage = new Stage({ problem: async () => 'The disk is full.' });
    stage.down(welcome());
    stage.do(() => stage.session.navigation.go({ kind: 'context' }));
    stage.show(<SessionView session={stage.session} />);
    stage.do(() => stage.socket.lose(4002));
    await stage.settle();
    expect(stage.text).toContain('The disk is full.');
    stage.click('Try now');
    stage.down(welcome({ snapshot: null }));
    expect(stage.text).not.toContain('The disk is full.');
  });

  it.each([
    [4503, 'Reload'],
    [4500, 'Other sessions'],
    [4501, 'Other sessions']
  ])('that ended with %i offers: %s', (code, offer) => {
    stage.down(welcome());
    stage.do(() => stage.session.navigation.go({ kind: 'context' }));
    stage.show(<SessionView session={stage.session} />);
    stage.do(() => stage.socket.lose(code));
    expect(stage.button(offer)).toBeTruthy();
  });

  it('that was refused shows the words of the server', () => {
    stage.show(<SessionView session={stage.session} />);
    stage.down({
      type: 'rejected',
      ref: null,
      code: 'banned',
      message: 'You were banned by Ann.'
    });
    stage.do(() => stage.socket.lose(4504));
    expect(stage.text).toContain('You were banned by Ann.');
  });
});

describe('tabs', () => {
  it('are only there when there is something in them', () => {
    stage.down(welcome());
    stage.show(<Tabs />);
    expect(stage.text).toBe('');
    stage.down(posted(11), posted(12, { thread_id: 'm11' }));
    expect(stage.text).toBe('ChatThreads 1');
    stage.click('Threads 1');
    expect(stage.session.navigation.view.kind).toBe('threads');
  });
});

describe('threads', () => {
  it('are listed with their first words, the newest first', () => {
    stage.down(
      welcome({ history: [message(8), message(9)] }),
      posted(11, { thread_id: 'm8' }),
      posted(12, { thread_id: 'm9' })
    );
    stage.show(<ThreadsView />);
    const items = [...stage.host.querySelectorAll('li')];
    expect(items.map(item => item.textContent)).toEqual([
      expect.stringContaining('text 9'),
      expect.stringContaining('text 8')
    ]);
    expect(items[0].textContent).toContain('1 reply');
  });
});

describe('the context', () => {
  const entry = { value: 'a.csv', version: 2, at: 0, by: 'user:ben' };

  it('takes JSON and plain words, against the version that I saw', () => {
    stage.down(
      welcome({ snapshot: sessionState({ context: { dataset: entry } }) })
    );
    stage.show(<ContextView />);
    stage.click('Edit');
    stage.fill('textarea', 'b.csv');
    stage.click('Save');
    expect(stage.socket.commands[0]).toMatchObject({
      type: 'context.set',
      key: 'dataset',
      value: 'b.csv',
      base_version: 2
    });
  });

  it('shows both values when somebody was faster, and lets me decide', async () => {
    stage.down(
      welcome({ snapshot: sessionState({ context: { dataset: entry } }) })
    );
    stage.show(<ContextView />);
    stage.click('Edit');
    stage.fill('textarea', '{"mine": 1}');
    stage.down({
      type: 'context.changed',
      seq: 11,
      at: 11,
      actor: 'user:ben',
      key: 'dataset',
      value: 'theirs',
      version: 3
    });
    stage.click('Save');
    const { ref } = stage.socket.commands[0];
    stage.down({
      type: 'rejected',
      ref,
      code: 'conflict',
      message: 'Ben changed it.'
    });
    await stage.settle();
    expect(stage.text).toContain('Ben changed it.');
    expect(stage.text).toContain('"theirs"');
    stage.click('Keep mine');
    expect(stage.socket.commands[1]).toMatchObject({
      value: { mine: 1 },
      base_version: 3
    });
  });
});

describe('search', () => {
  it('shows what was found and goes there', async () => {
    stage.close();
    stage = new Stage({
      search: async () => ({
        messages: [message(5, { body: 'the needle is here' })],
        has_earlier: false
      })
    });
    stage.down(welcome({ history: [message(5)], has_earlier: false }));
    stage.show(<SearchView />);
    jest.useFakeTimers();
    stage.fill('input', 'needle');
    stage.do(() => void jest.advanceTimersByTime(1000));
    jest.useRealTimers();
    await stage.settle();
    expect(stage.text).toContain('the needle is here');
    stage.do(() =>
      (stage.host.querySelector('.jca-Search-result') as HTMLElement).click()
    );
    await stage.settle();
    expect(stage.session.navigation.view.kind).toBe('chat');
    expect(stage.session.navigation.target).toBe('m5');
  });
});
