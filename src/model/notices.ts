import {
  CellChange,
  DurableEvent,
  EditReported,
  Keep,
  LockEnd,
  SessionState
} from '../protocol.gen';
import { ILockPlace } from '../documents/locks';

export type NoticeKind =
  | 'joined'
  | 'left'
  | 'removed'
  | 'banned'
  | 'unbanned'
  | 'role'
  | 'muted'
  | 'unmuted'
  | 'renamed'
  | 'archived'
  | 'timed_out'
  | 'reopened'
  | 'session_muted'
  | 'session_unmuted'
  | 'history'
  | 'files'
  | 'active_file'
  | 'context_set'
  | 'context_deleted'
  | 'run_failed'
  | 'run_cancelled'
  | 'edited'
  | 'ran'
  | 'reverted'
  | 'proposed'
  | 'accepted'
  | 'rejected'
  | 'withdrawn'
  | 'conflict'
  | `decided_${Keep}`
  | 'locked'
  | `lock_${LockEnd}`;

/** A line of the timeline that nobody wrote. */
export interface INotice {
  readonly key: string;
  readonly kind: NoticeKind;
  readonly at: number;
  /** Place among the messages; null when only the time is known. */
  readonly seq: number | null;
  readonly actor: string;
  /** The participant whom it happened to. */
  readonly subject: string | null;
  /** A name, a key, a path or an error; what it is depends on the kind. */
  readonly text: string | null;
  /** Of 'edited' and 'ran': the ids of these cells. */
  readonly cells: ReadonlySet<string>;
  /** Of lines about locks. */
  readonly place?: ILockPlace;
}

const NO_CELLS: ReadonlySet<string> = new Set();
/** What one participant does to one file within this time is one line. */
const SAME_EDIT = 5 * 60_000;

type Saying = Partial<Pick<INotice, 'subject' | 'text' | 'cells' | 'place'>> & {
  kind: NoticeKind;
};

function saying(event: DurableEvent, before: SessionState): Saying | null {
  switch (event.type) {
    case 'participant.joined': {
      const id = event.profile.participant_id;
      // of a member it only says that the profile is another one
      return before.participants[id]?.membership === 'member'
        ? null
        : { kind: 'joined', subject: id };
    }
    case 'participant.left':
      return { kind: 'left', subject: event.participant_id };
    case 'participant.removed':
      return {
        kind: event.banned ? 'banned' : 'removed',
        subject: event.participant_id
      };
    case 'participant.unbanned':
      return { kind: 'unbanned', subject: event.participant_id };
    case 'participant.role_changed':
      return { kind: 'role', subject: event.participant_id, text: event.role };
    case 'participant.muted':
      return {
        kind: event.muted ? 'muted' : 'unmuted',
        subject: event.participant_id
      };
    case 'session.renamed':
      return { kind: 'renamed', text: event.name };
    case 'session.archived':
      return { kind: event.timeout ? 'timed_out' : 'archived' };
    case 'session.reopened':
      return { kind: 'reopened' };
    case 'session.muted':
      return { kind: event.muted ? 'session_muted' : 'session_unmuted' };
    case 'session.history_changed':
      return { kind: 'history', text: event.history };
    case 'session.files_changed':
      return { kind: 'files', text: event.files.join(', ') };
    case 'session.active_file_changed':
      return { kind: 'active_file', text: event.path };
    case 'context.changed':
      return { kind: 'context_set', text: event.key };
    case 'context.deleted':
      return { kind: 'context_deleted', text: event.key };
    case 'run.finished': {
      const run = before.runs[event.run_id];
      if (!run || event.status === 'done') {
        return null;
      }
      return {
        kind: event.status === 'failed' ? 'run_failed' : 'run_cancelled',
        subject: run.agent_id,
        text: event.error
      };
    }
    case 'edit.reverted':
      return {
        kind: 'reverted',
        subject: event.agent_id,
        text: event.path
      };
    case 'edit.applied':
      return { kind: 'edited', text: event.path, cells: idsOf(event.cells) };
    case 'edit.proposed':
      return {
        kind: 'proposed',
        text: event.path,
        cells: new Set(event.proposal.cells)
      };
    case 'edit.accepted':
    case 'edit.rejected':
      return {
        kind: event.type === 'edit.accepted' ? 'accepted' : 'rejected',
        subject: event.proposal.by,
        text: event.path
      };
    case 'edit.withdrawn':
      return { kind: 'withdrawn', text: event.path };
    case 'conflict.detected': {
      const { path, conflicts } = event;
      return { kind: 'conflict', text: path, cells: idsOf(conflicts) };
    }
    case 'conflict.resolved': {
      const { path, conflict, kept } = event;
      return {
        kind: `decided_${kept}`,
        text: path,
        cells: idsOf([conflict])
      };
    }
    case 'lock.acquired': {
      const { path, lock } = event;
      return { kind: 'locked', place: { path, lock } };
    }
    case 'lock.released': {
      const { path, lock, how, to } = event;
      return { kind: `lock_${how}`, subject: to, place: { path, lock } };
    }
    default:
      return null;
  }
}

/** The same line, whether the event or a snapshot tells of it. */
function keyOf(event: DurableEvent): string {
  return event.type === 'run.finished'
    ? `run:${event.run_id}`
    : `event:${event.seq}`;
}

/**
 * What the timeline says about an event, null for nothing; `before` is the
 * state that it changes.
 */
export function noticeOf(
  event: DurableEvent,
  before: SessionState
): INotice | null {
  const said = saying(event, before);
  return said === null
    ? null
    : {
        key: keyOf(event),
        at: event.at,
        seq: event.seq,
        actor: event.actor,
        subject: null,
        text: null,
        cells: NO_CELLS,
        ...said
      };
}

/** What a snapshot still tells of the past: who came, and what failed. */
export function noticesOf(state: SessionState): INotice[] {
  const notices: INotice[] = [];
  for (const participant of Object.values(state.participants)) {
    if (participant.membership === 'member') {
      const id = participant.profile.participant_id;
      notices.push({
        key: `event:${participant.joined_seq}`,
        kind: 'joined',
        at: participant.joined_at,
        seq: participant.joined_seq,
        actor: id,
        subject: id,
        text: null,
        cells: NO_CELLS
      });
    }
  }
  for (const run of Object.values(state.runs)) {
    if (run.status === 'failed' && run.ended_at !== null) {
      notices.push({
        key: `run:${run.run_id}`,
        kind: 'run_failed',
        at: run.ended_at,
        seq: null,
        actor: run.agent_id,
        subject: run.agent_id,
        text: run.error,
        cells: NO_CELLS
      });
    }
  }
  return notices.sort((a, b) => a.at - b.at);
}

/** The notices with a report told: new lines, or the last ones grown. */
export function withEdit(
  notices: readonly INotice[],
  edit: EditReported
): INotice[] {
  const ran = edit.cells.filter(change => change.kind === 'ran');
  const changed = edit.cells.filter(change => change.kind !== 'ran');
  let told = [...notices];
  if (changed.length) {
    told = withLine(told, edit, 'edited', changed);
  }
  return ran.length ? withLine(told, edit, 'ran', ran) : told;
}

function idsOf(
  things: readonly { readonly cell_id: string | null }[]
): ReadonlySet<string> {
  return new Set(
    things
      .map(({ cell_id }) => cell_id)
      .filter((id): id is string => id !== null)
  );
}

function withLine(
  notices: INotice[],
  edit: EditReported,
  kind: 'edited' | 'ran',
  changes: readonly CellChange[]
): INotice[] {
  const touched = idsOf(changes);
  const same = (notice: INotice): boolean =>
    notice.kind === kind &&
    notice.actor === edit.actor &&
    notice.text === edit.path &&
    edit.at - notice.at < SAME_EDIT;
  if (notices.some(same)) {
    return notices.map(notice =>
      same(notice)
        ? { ...notice, cells: new Set([...notice.cells, ...touched]) }
        : notice
    );
  }
  return [
    ...notices,
    {
      key: `${kind}:${edit.actor}:${edit.path}:${edit.at}`,
      kind,
      at: edit.at,
      seq: null,
      actor: edit.actor,
      subject: null,
      text: edit.path,
      cells: touched
    }
  ];
}
