import { nullTranslator } from '@jupyterlab/translation';
import { message, participant, sessionState } from '../../__tests__/kit';
import { noticeText } from '../../panel/words';
import {
  CellChange,
  DurableEvent,
  Message,
  ParticipantJoined,
  ParticipantLeft
} from '../../protocol.gen';
import { IEntry } from '../entries';
import { INotice, noticeOf, noticesOf, withEdit } from '../notices';
import { noticesInLog, withPast } from '../pastNotices';
import { applyEvent } from '../state';
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

const PARTING: ParticipantLeft = {
  type: 'participant.left',
  seq: 12,
  at: 12_000,
  actor: 'user:ben',
  participant_id: 'user:ben'
};
const LEFT = noticeOf(PARTING, sessionState())!;

function joined(seq: number, id: string, name: string): ParticipantJoined {
  return {
    type: 'participant.joined',
    seq,
    at: seq * 1000,
    actor: id,
    profile: { ...participant(id).profile, name },
    role: 'editor'
  };
}

function told(notice: INotice): string {
  const names = {
    nameOf: () => 'Ben',
    describe: () => 'cell 4 · sales.ipynb'
  };
  return noticeText(notice, names, nullTranslator.load(''));
}

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

  it('tells running a cell and editing it apart', () => {
    const report = (cells: CellChange[], at: number) => ({
      type: 'edit.reported' as const,
      actor: 'user:ben',
      at,
      path: 'x/sales.ipynb',
      cells
    });
    let notices = withEdit([], report([{ cell_id: 'c1', kind: 'ran' }], 1000));
    expect(notices.map(told)).toEqual(['Ben ran cell 4 · sales.ipynb']);
    notices = withEdit(
      notices,
      report(
        [
          { cell_id: 'c2', kind: 'ran' },
          { cell_id: 'c2', kind: 'edited' }
        ],
        2000
      )
    );
    expect(notices.map(told)).toEqual([
      'Ben ran 2 cells of sales.ipynb',
      'Ben edited 1 cell in sales.ipynb'
    ]);
  });

  it('does not say that a member who changed their name has joined', () => {
    const again = joined(20, 'user:ben', 'Benjamin');
    expect(noticeOf(again, sessionState())).toBeNull();
    const left = applyEvent(sessionState(), PARTING);
    expect(noticeOf(again, left)?.kind).toBe('joined');
  });
});

describe('the lines of the past', () => {
  const cal = participant('user:cal', { joined_seq: 14, membership: 'left' });
  const now = sessionState({
    participants: { ...sessionState().participants, 'user:cal': cal },
    last_seq: 30
  });
  const failed: DurableEvent[] = [
    {
      type: 'run.queued',
      seq: 17,
      at: 17_000,
      actor: 'system',
      run_id: 'r',
      agent_id: 'agent:notebook',
      asked_by: 'user:ann',
      trigger: null
    },
    {
      type: 'run.finished',
      seq: 18,
      at: 18_000,
      actor: 'agent:notebook',
      run_id: 'r',
      status: 'failed',
      error: 'no kernel',
      steps: 0
    }
  ];

  it('say who came, went and failed, and not who changed their name', () => {
    const past = noticesInLog(
      [
        joined(11, 'user:ben', 'Benjamin'),
        PARTING,
        joined(13, 'user:ben', 'Benjamin'),
        joined(14, 'user:cal', 'Cal'),
        joined(15, 'user:cal', 'Calla'),
        { ...PARTING, seq: 16, participant_id: 'user:cal' },
        ...failed
      ],
      now
    );
    expect(past.map(({ kind, seq }) => `${kind} ${seq}`)).toEqual([
      'left 12',
      'joined 13',
      'joined 14',
      'left 16',
      'run_failed 18'
    ]);
  });

  it('stand once where the snapshot tells of them too', () => {
    const runs = { r: applyEvent(applyEvent(now, failed[0]), failed[1]).runs };
    const state = { ...now, runs: runs.r };
    const past = noticesInLog([joined(3, 'user:ben', 'Ben'), ...failed], state);
    const all = withPast(noticesOf(state), past);
    expect(all.filter(notice => notice.kind === 'run_failed')).toHaveLength(1);
    expect(all.map(notice => notice.key).sort()).toEqual(
      ['event:2', 'event:3', 'event:4', 'run:r'].sort()
    );
  });
});
