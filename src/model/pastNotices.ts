/** The lines of what happened before this page was opened. */

import { DurableEvent, Participant, SessionState } from '../protocol.gen';
import { INotice, noticeOf } from './notices';
import { ISessionSource } from './sessionOptions';
import { applyEvent } from './state';

/** As much of the log is read back, and no more. */
const MOST = 500;

/**
 * What a stretch of the log says. `now` is the state after it: a snapshot does
 * not tell who was here before, so members who came earlier stand for that.
 */
export function noticesInLog(
  events: readonly DurableEvent[],
  now: SessionState
): INotice[] {
  const begin = events[0]?.seq ?? 0;
  const earlier: Record<string, Participant> = {};
  for (const [id, participant] of Object.entries(now.participants)) {
    if (participant.joined_seq < begin) {
      earlier[id] = { ...participant, membership: 'member' };
    }
  }
  let state: SessionState = { ...now, participants: earlier };
  const notices: INotice[] = [];
  for (const event of events) {
    const notice = noticeOf(event, state);
    if (notice) {
      notices.push(notice);
    }
    state = applyEvent(state, event);
  }
  return notices;
}

/** The lines from seq `first` to a snapshot, as far back as they are read. */
export async function readPast(
  source: ISessionSource,
  snapshot: SessionState,
  first: number
): Promise<INotice[]> {
  const { last_seq } = snapshot;
  const after = Math.max(first - 1, last_seq - MOST);
  if (after >= last_seq) {
    return [];
  }
  const events = await source.events(after, last_seq - after);
  return noticesInLog(
    events.filter(event => event.seq <= last_seq),
    snapshot
  );
}

/** Both, each line once, in the order of their times; the log knows better. */
export function withPast(
  notices: readonly INotice[],
  past: readonly INotice[]
): INotice[] {
  const lines = new Map(notices.map(notice => [notice.key, notice]));
  past.forEach(notice => lines.set(notice.key, notice));
  return [...lines.values()].sort(
    (a, b) => a.at - b.at || (a.seq ?? 0) - (b.seq ?? 0)
  );
}
