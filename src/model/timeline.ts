/** What a list shows, row by row; pure. */

import { IEntry } from './entries';
import { INotice } from './notices';

export type Row =
  | { readonly kind: 'day'; readonly key: string; readonly at: number }
  | {
      readonly kind: 'message';
      readonly key: string;
      readonly id: string;
      /** Says who speaks; false when the row before it does. */
      readonly head: boolean;
    }
  | {
      readonly kind: 'notices';
      readonly key: string;
      readonly notices: readonly INotice[];
    }
  | { readonly kind: 'unread'; readonly key: string }
  | { readonly kind: 'run'; readonly key: string; readonly runId: string };

export interface ITimelineInput {
  /** In order. */
  readonly entries: readonly IEntry[];
  /** In the order of their times. */
  readonly notices: readonly INotice[];
  /** Everything after this seq that others wrote is new; null for no line. */
  readonly unreadAfter: number | null;
  readonly me: string;
  /** Runs that have not said anything yet. */
  readonly waitingRuns: readonly string[];
  /** There are earlier messages: notices before the first stay away. */
  readonly hasEarlier: boolean;
}

/** Messages of one author within this time stand under one name. */
const SAME_BREATH = 5 * 60_000;

interface IDay {
  readonly begin: number;
  readonly end: number;
}

/** The local day of a time; some days have 23 or 25 hours. */
function dayOf(at: number): IDay {
  const begin = new Date(at);
  begin.setHours(0, 0, 0, 0);
  const end = new Date(begin);
  end.setDate(end.getDate() + 1);
  return { begin: begin.getTime(), end: end.getTime() };
}

function isBefore(notice: INotice, entry: IEntry): boolean {
  const { seq, at } = entry.message;
  return notice.seq === null || entry.phase !== 'posted'
    ? notice.at < at
    : notice.seq < seq;
}

export function timeline(input: ITimelineInput): Row[] {
  const rows: Row[] = [];
  const { entries, notices } = input;
  let day: IDay | null = null;
  let speaker: IEntry | null = null;
  let lineDrawn = input.unreadAfter === null;
  let next = 0;

  const startDay = (at: number): void => {
    if (day === null || at < day.begin || at >= day.end) {
      day = dayOf(at);
      speaker = null;
      rows.push({ kind: 'day', key: `day:${day.begin}`, at });
    }
  };
  const say = (notice: INotice): void => {
    startDay(notice.at);
    speaker = null;
    const last = rows[rows.length - 1];
    if (last.kind === 'notices') {
      rows[rows.length - 1] = { ...last, notices: [...last.notices, notice] };
    } else {
      rows.push({
        kind: 'notices',
        key: `notices:${notice.key}`,
        notices: [notice]
      });
    }
  };

  if (input.hasEarlier && entries.length) {
    while (next < notices.length && isBefore(notices[next], entries[0])) {
      next++;
    }
  }
  for (const entry of entries) {
    while (next < notices.length && isBefore(notices[next], entry)) {
      say(notices[next++]);
    }
    const { message } = entry;
    startDay(message.at);
    const isNew =
      message.author !== input.me && message.seq > (input.unreadAfter ?? 0);
    if (!lineDrawn && isNew) {
      lineDrawn = true;
      speaker = null;
      rows.push({ kind: 'unread', key: 'unread' });
    }
    const head: boolean =
      speaker === null ||
      speaker.message.author !== message.author ||
      message.run_id !== speaker.message.run_id ||
      message.at - speaker.message.at > SAME_BREATH;
    // the head's time counts, so that a long monologue names its author again
    speaker = head ? entry : speaker;
    rows.push({ kind: 'message', key: entry.id, id: entry.id, head });
  }
  notices.slice(next).forEach(say);
  for (const runId of input.waitingRuns) {
    rows.push({ kind: 'run', key: `run:${runId}`, runId });
  }
  return rows;
}
