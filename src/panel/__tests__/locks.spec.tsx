import * as React from 'react';
import { sessionState, welcome } from '../../__tests__/kit';
import {
  documentState,
  lock,
  MINUTE,
  NOTEBOOK,
  request
} from '../../documents/__tests__/kit';
import { noticeOf } from '../../model/notices';
import { DurableEvent, Lock } from '../../protocol.gen';
import { SessionView } from '../SessionView';
import { noticeText } from '../words';
import { Stage } from './stage';

let stage: Stage;
beforeEach(() => {
  stage = new Stage();
  stage.down(
    welcome({ snapshot: sessionState({ files: [NOTEBOOK] }), you: 'user:ann' })
  );
  stage.do(() => stage.session.navigation.go({ kind: 'locks' }));
  stage.show(<SessionView session={stage.session} />);
});
afterEach(() => stage.close());

function know(...locks: Lock[]): void {
  stage.down({ type: 'document.changed', document: documentState(locks) });
}

const until = () => Date.now() + 12.5 * MINUTE;
const sent = () => stage.socket.commands.filter(c => /^lock/.test(c.type));

describe('the list of locks', () => {
  it('hears of the files of the session, also when they are not open', async () => {
    await stage.settle();
    expect(stage.socket.commands).toContainEqual(
      expect.objectContaining({ type: 'document.watch', paths: [NOTEBOOK] })
    );
  });

  it('says how to lock something while nothing is', () => {
    expect(stage.text).toContain('Nothing is locked.');
  });

  it('says who holds what, for how long, and goes there', () => {
    know(lock({ expires_at: until() }));
    expect(stage.text).toContain('Locks 1');
    expect(stage.text).toContain('at work/sales.ipynb');
    expect(stage.text).toContain('Ben · 12 min left');
    stage.click('at work/sales.ipynb');
    expect(stage.revealed).toEqual([NOTEBOOK]);
  });

  it('asks for a lock, and says how that stands', () => {
    know(lock({ expires_at: until() }));
    stage.click('Ask for it');
    expect(sent()).toEqual([
      expect.objectContaining({ type: 'lock.request', lock_id: 'l1' })
    ]);
    const later = Date.now() + MINUTE;
    know(
      lock({
        expires_at: until(),
        requests: [request({ by: 'user:ann', may_take_at: later })]
      })
    );
    expect(stage.text).toContain('You asked · you may take it over at');
    expect(stage.labels()).not.toContain('Ask for it');
  });

  it('releases a lock of mine', () => {
    know(lock({ holder: 'user:ann', expires_at: until() }));
    expect(stage.text).toContain('You · 12 min left');
    stage.click('Release');
    expect(sent()).toEqual([
      expect.objectContaining({ type: 'lock.release', lock_id: 'l1' })
    ]);
  });

  it('stands there as last known without a connection, with no buttons', () => {
    know(lock({ expires_at: until() }));
    stage.do(() => stage.socket.lose());
    expect(stage.text).toContain('these are the locks as last known');
    expect(stage.text).toContain('Ben · 12 min left');
    expect(stage.labels()).not.toContain('Ask for it');
  });

  it('says that a range bars nobody', () => {
    know(lock({ scope: 'range', expires_at: until() }));
    expect(stage.text).toContain('a sign to others');
  });
});

describe('a request for my lock', () => {
  beforeEach(() => {
    stage.do(() => stage.session.navigation.go({ kind: 'context' }));
    know(
      lock({
        holder: 'user:ann',
        expires_at: until(),
        requests: [request({ by: 'user:ben', by_name: 'Ben' })]
      })
    );
  });

  it('stands above whatever the panel shows, and is answered there', () => {
    expect(stage.text).toContain('Ben asks for at work/sales.ipynb');
    stage.click('Hand over to Ben');
    expect(sent()).toEqual([
      expect.objectContaining({ type: 'lock.hand_over', to: 'user:ben' })
    ]);
  });

  it('goes away with the answer', () => {
    stage.click('Keep it');
    expect(sent()).toEqual([
      expect.objectContaining({ type: 'lock.refuse', lock_id: 'l1' })
    ]);
    know(lock({ holder: 'user:ann', expires_at: until() }));
    expect(stage.text).not.toContain('asks for');
  });
});

describe('a line between the messages', () => {
  const names = {
    nameOf: () => 'Ann',
    describe: ({ cell_index }: { cell_index?: number | null }) =>
      `cell ${(cell_index ?? -1) + 1}`
  };
  const event = {
    seq: 11,
    at: 0,
    actor: 'user:ben',
    document_id: 'd1',
    path: NOTEBOOK,
    lock: lock()
  };
  const words = (event: DurableEvent) =>
    noticeText(noticeOf(event, sessionState())!, names, stage.services.trans);

  it('says who locked what', () => {
    expect(words({ type: 'lock.acquired', ...event })).toBe(
      'Ben locked cell 4'
    );
  });

  it.each([
    ['released', null, 'Ben released cell 4'],
    ['expired', null, "Ben's lock on cell 4 ended"],
    ['left', null, 'Ben left: cell 4 is free'],
    ['withdrawn', null, 'Ben may not write any more: cell 4 is free'],
    ['handed_over', 'user:ann', 'Ben handed cell 4 over to Ann'],
    ['stolen', 'user:ann', 'Ann took cell 4 over from Ben']
  ] as const)('says how a lock ended: %s', (how, to, said) => {
    expect(words({ type: 'lock.released', ...event, how, to })).toBe(said);
  });

  it('says that a run was taken back', () => {
    const { lock: _, ...where } = event;
    const taken = { run_id: 'r1', agent_id: 'agent:notebook', cells: [] };
    expect(words({ type: 'edit.reverted', ...where, ...taken })).toMatch(
      /^Ann took back what Ann did in /
    );
  });
});
