import { message, sessionState } from '../../__tests__/kit';
import { Message } from '../../protocol.gen';
import { IEntry } from '../entries';
import { noticeOf, noticesOf, withEdit } from '../notices';
import { ITimelineInput, timeline } from '../timeline';

function entry(
  seq: number,
  change: Partial<Message> = {},
  phase: IEntry['phase'] = 'posted'
): IEntry {
  const m = message(seq, change);
  return { id: m.message_id, message: m, phase, problem: null, editing: null };
}

function rows(input: Partial<ITimelineInput>): string[] {
  return timeline({
    entries: [],
    notices: [],
    unreadAfter: null,
    me: 'user:ann',
    waitingRuns: [],
    hasEarlier: false,
    ...input
  }).map(row =>
    row.kind === 'message'
      ? `${row.head ? '* ' : ''}${row.id}`
      : row.kind === 'notices'
        ? row.notices.map(notice => notice.kind).join('+')
        : row.kind
  );
}

const LEFT = noticeOf(
  {
    type: 'participant.left',
    seq: 12,
    at: 12_000,
    actor: 'user:ben',
    participant_id: 'user:ben'
  },
  sessionState()
)!;

describe('the timeline', () => {
  it('puts messages of one breath under one name', () => {
    const entries = [
      entry(11),
      entry(12),
      entry(13, { author: 'user:ann' }),
      entry(900, { author: 'user:ann' })
    ];
    expect(rows({ entries })).toEqual([
      'day',
      '* m11',
      'm12',
      '* m13',
      '* m900'
    ]);
  });

  it('separates days', () => {
    const entries = [entry(11), entry(12, { at: 3 * 86_400_000 })];
    expect(rows({ entries })).toEqual(['day', '* m11', 'day', '* m12']);
  });

  it('draws the line before the first new message of others', () => {
    const entries = [
      entry(11),
      entry(12, { author: 'user:ann' }),
      entry(13),
      entry(14)
    ];
    expect(rows({ entries, unreadAfter: 11 })).toEqual([
      'day',
      '* m11',
      '* m12',
      'unread',
      '* m13',
      'm14'
    ]);
  });

  it('puts notices between messages and folds neighbours into one row', () => {
    const notices = [LEFT, { ...LEFT, key: 'other', seq: 13 }];
    const entries = [entry(11), entry(14)];
    expect(rows({ entries, notices })).toEqual([
      'day',
      '* m11',
      'left+left',
      '* m14'
    ]);
  });

  it('leaves out notices from before what is loaded', () => {
    const notices = noticesOf(sessionState());
    const entries = [entry(11)];
    expect(rows({ entries, notices, hasEarlier: true })).toEqual([
      'day',
      '* m11'
    ]);
    expect(rows({ entries, notices })).toContain('joined+joined+joined');
  });

  it('ends with runs that have not said anything', () => {
    expect(rows({ entries: [entry(1)], waitingRuns: ['r1'] }).pop()).toBe(
      'run'
    );
  });

  it('tells a burst of edits in one line', () => {
    const edit = (at: number, cell: string) => ({
      type: 'edit.reported' as const,
      actor: 'user:ben',
      at,
      path: 'a.ipynb',
      cells: [{ cell_id: cell, kind: 'edited' as const }]
    });
    let notices = withEdit([], edit(1000, 'c1'));
    notices = withEdit(notices, edit(2000, 'c2'));
    expect(notices.map(notice => notice.cells.size)).toEqual([2]);
    expect(withEdit(notices, edit(600_000, 'c1')).length).toBe(2);
  });
});
