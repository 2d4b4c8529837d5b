import {
  DurableEvent,
  EditReported,
  Message,
  MessageDelta,
  MessagePosted,
  Run,
  SessionState,
  Welcome
} from '../protocol.gen';
import { KeptCommand } from '../client/outbox';
import { Changes } from './changes';
import { Entries, IEntry, UNSENT } from './entries';
import { project } from './messages';
import { INotice, noticeOf, noticesOf, withEdit } from './notices';
import { withPast } from './pastNotices';
import { Reading } from './reading';
import { Streams } from './streams';
import { Row, timeline } from './timeline';

/** Messages without a place in the log yet stand after all others. */
const NO_SEQ = Number.MAX_SAFE_INTEGER;

/** What a new message turned out to be. */
export interface IArrival {
  readonly message: Message;
  /** False when its text is not what was written: fetch it again. */
  readonly sound: boolean;
}

/**
 * The messages of a session that this window has loaded: stored ones, those
 * being written, mine on their way; the lines between them; what is unread.
 */
export class Conversation {
  constructor(private readonly _changes: Changes) {}

  readonly reading = new Reading();

  get hasEarlier(): boolean {
    return this._hasEarlier;
  }

  set hasEarlier(hasEarlier: boolean) {
    this._hasEarlier = hasEarlier;
  }

  /** Everything from here on is loaded. */
  get firstSeq(): number {
    return this._firstSeq;
  }

  get unreadThreads(): ReadonlySet<string> {
    return this._unreadThreads;
  }

  entry(id: string): IEntry | undefined {
    return this._entries.get(id);
  }

  size(threadId: string | null): number {
    return this._entries.list(threadId).length;
  }

  /** The rows outside threads, or of one; the same array until they change. */
  rows(
    threadId: string | null,
    state: SessionState | null,
    me: string
  ): readonly Row[] {
    let rows = this._rows.get(threadId);
    if (!rows) {
      const root = threadId === null ? [] : [threadId];
      rows = timeline({
        entries: [...root, ...this._entries.list(threadId)]
          .map(id => this._entries.get(id))
          .filter((entry): entry is IEntry => entry !== undefined),
        notices: threadId === null ? this._notices : [],
        unreadAfter: threadId === null ? this.reading.line : null,
        me,
        waitingRuns: this._waitingRuns(threadId, state),
        hasEarlier: this._hasEarlier
      });
      this._rows.set(threadId, rows);
    }
    return rows;
  }

  forgetRows(): void {
    this._rows.clear();
  }

  /** Messages of others that are loaded and not read. */
  countUnread(me: string): number {
    let count = 0;
    for (const { message, phase } of this._entries.all()) {
      const isNew = message.seq > this.reading.readSeq;
      const isThere = phase === 'posted' && message.deleted_by === null;
      count += isThere && isNew && message.author !== me ? 1 : 0;
    }
    return count;
  }

  // --- events ------------------------------------------------------------------

  /** A snapshot: begin anew, but keep what is mine and not sent. */
  restart(welcome: Welcome, state: SessionState): void {
    const mine = [...this._entries.all()].filter(
      entry => entry.phase === 'sending' || entry.phase === 'failed'
    );
    this._entries.clear();
    this._spokenRuns.clear();
    mine.forEach(e => this._entries.put(e.message, e.phase, e.problem));
    this._notices = noticesOf(state);
    this._hasEarlier = welcome.has_earlier;
    this.merge(welcome.history);
    this._firstSeq = welcome.history[0]?.seq ?? state.last_seq + 1;
    this._unreadThreads = new Set(
      Object.values(state.threads)
        .filter(thread => thread.replies > 0)
        .filter(thread => thread.last_seq > welcome.read_seq)
        .filter(thread => thread.participants.some(id => id !== welcome.you))
        .map(thread => thread.thread_id)
    );
  }

  /** The connection is new: texts still being written come again from it. */
  endStreams(): void {
    this._streams.clear().forEach(id => this._entries.remove(id));
  }

  /** The seq of the newest message outside threads that others wrote. */
  newestOfOthers(me: string): number {
    return this._entries.list(null).reduce((newest, id) => {
      const { message, phase } = this._entries.get(id)!;
      return phase === 'posted' && message.author !== me
        ? Math.max(newest, message.seq)
        : newest;
    }, 0);
  }

  posted(event: MessagePosted, me: string): IArrival {
    const { text, sound } = this._streams.finish(event);
    const message = project(event, null, text)!;
    if (event.actor === me) {
      this._forgetEcho(message);
    } else {
      this.reading.arrived();
      if (message.thread_id !== null) {
        this._unreadThreads.add(message.thread_id);
      }
    }
    if (message.thread_id !== null) {
      this._changes.message(message.thread_id); // its root counts replies
    }
    this.put(message);
    this._changes.touch('list', 'unread');
    return { message, sound };
  }

  /** An event about a message that may be loaded. */
  change(event: DurableEvent, messageId: string): void {
    const before = this._entries.get(messageId)?.message ?? null;
    const message = project(event, before);
    if (message && message !== before) {
      this.put(message);
    }
  }

  notice(event: DurableEvent, before: SessionState): void {
    const notice = noticeOf(event, before);
    if (notice) {
      this._notices = [...this._notices, notice];
      this._changes.touch('list');
    }
  }

  edited(event: EditReported): void {
    this._notices = withEdit(this._notices, event);
    this._changes.touch('list');
  }

  /** Lines of what happened before this page was opened. */
  recall(past: readonly INotice[]): void {
    this._notices = withPast(this._notices, past);
    this._changes.touch('list');
  }

  /** A piece of a message that is being written. */
  streamed(delta: MessageDelta): void {
    const message = this._streams.take(delta);
    if (message && this.put(message, 'streaming')) {
      this.reading.arrived();
    }
  }

  aborted(messageId: string): void {
    if (this._streams.drop(messageId)) {
      this._entries.remove(messageId);
      this._changes.touch('list');
    }
  }

  /** Add or replace; true when a list is another one now. */
  put(message: Message, phase: 'posted' | 'streaming' = 'posted'): boolean {
    if (message.run_id !== null && !this._spokenRuns.has(message.run_id)) {
      this._spokenRuns.add(message.run_id);
      this._changes.touch('runs');
    }
    this._changes.message(message.message_id);
    const listed = this._entries.put(message, phase);
    if (listed) {
      this._changes.touch('list');
    }
    return listed;
  }

  /** Add what is missing; what is known has had all its events already. */
  merge(messages: readonly Message[]): void {
    for (const message of messages) {
      if (!this._entries.get(message.message_id)) {
        this.put(message);
      }
    }
  }

  /** A page that ends where what is loaded begins. */
  prepend(messages: readonly Message[]): void {
    this.merge(messages);
    if (messages.length) {
      this._firstSeq = Math.min(this._firstSeq, messages[0].seq);
    }
    this._changes.touch('list', 'unread');
  }

  threadSeen(threadId: string): void {
    if (this._unreadThreads.delete(threadId)) {
      this._changes.touch('threads');
    }
  }

  // --- mine, on its way --------------------------------------------------------

  /** Show a message before the server has it. */
  echo(command: KeptCommand, me: string): void {
    if (command.type !== 'chat.post') {
      return;
    }
    const message: Message = {
      message_id: UNSENT + command.ref,
      seq: NO_SEQ,
      at: Date.now(),
      author: me,
      body: command.body,
      thread_id: this._threadOf(command.reply_to ?? null),
      anchor: command.anchor ?? null,
      attachments: command.attachments ?? [],
      mentions: [],
      reactions: {},
      edited_at: null,
      edits: 0,
      deleted_by: null,
      run_id: null
    };
    this._entries.put(message, 'sending');
    this._changes.touch('list');
  }

  /** The command with this ref is stored as `seq`. */
  acked(ref: string, seq: number | null, lastSeq: number): void {
    if (this._entries.remove(UNSENT + ref)) {
      this._changes.touch('list');
      if (seq !== null && seq > lastSeq) {
        this._acked.add(seq);
      }
    }
  }

  /** True when it was a message, which now stands there as failed. */
  failed(ref: string, problem: string): boolean {
    const echo = this._entries.get(UNSENT + ref);
    if (!echo) {
      return false;
    }
    this._entries.put(echo.message, 'failed', problem);
    this._changes.message(echo.id);
    this._changes.touch('list');
    return true;
  }

  /** Take a failed message out; null when there is none. */
  discard(id: string): Message | null {
    const entry = this._entries.get(id);
    if (entry?.phase !== 'failed') {
      return null;
    }
    this._entries.remove(id);
    this._changes.touch('list');
    return entry.message;
  }

  /** Show the text that an edit will give a message; null: it is over. */
  setEditing(messageId: string, body: string | null): void {
    if (this._entries.setEditing(messageId, body)) {
      this._changes.message(messageId);
    }
  }

  private _threadOf(messageId: string | null): string | null {
    return messageId === null
      ? null
      : (this._entries.get(messageId)?.message.thread_id ?? messageId);
  }

  private _forgetEcho(message: Message): void {
    if (this._acked.delete(message.seq)) {
      return;
    }
    // the event overtook its ack
    for (const id of this._entries.list(message.thread_id)) {
      const entry = this._entries.get(id)!;
      if (entry.phase === 'sending' && entry.message.body === message.body) {
        this._entries.remove(id);
        return;
      }
    }
  }

  /** Runs that began for something said there and have not answered yet. */
  private _waitingRuns(
    threadId: string | null,
    state: SessionState | null
  ): string[] {
    return Object.values(state?.runs ?? {})
      .filter(run => run.status === 'queued' || run.status === 'running')
      .filter(run => !this._spokenRuns.has(run.run_id))
      .filter(run => this._placeOf(run) === threadId)
      .map(run => run.run_id);
  }

  private _placeOf(run: Run): string | null {
    return run.trigger === null
      ? null
      : (this._entries.get(run.trigger)?.message.thread_id ?? null);
  }

  private readonly _entries = new Entries();
  private readonly _streams = new Streams();
  private readonly _acked = new Set<number>();
  private readonly _spokenRuns = new Set<string>();
  private readonly _rows = new Map<string | null, readonly Row[]>();
  private _notices: INotice[] = [];
  private _unreadThreads = new Set<string>();
  private _hasEarlier = false;
  private _firstSeq = NO_SEQ;
}
