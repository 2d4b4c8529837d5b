import { PromiseDelegate, UUID } from '@lumino/coreutils';
import { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import { Connection, ConnectionState, IReceiver } from '../client/connection';
import { Ending } from '../client/closing';
import { Outbox } from '../client/outbox';
import { IResumePoint, ITimers } from '../client/socket';
import {
  Ack,
  AgentSummary,
  Anchor,
  Attachment,
  DurableCommand,
  DurableEvent,
  EphemeralEvent,
  Limits,
  Message,
  MessagePage,
  MessagePosted,
  Participant,
  PresenceState,
  Rejected,
  SessionState,
  Thread,
  Welcome
} from '../protocol.gen';
import { reason, RequestError } from '../request';
import { EphemeralWish, ISessionView, WithoutRef } from '../tokens';
import { Answers } from './answers';
import { Changes, Topic } from './changes';
import { Conversation } from './conversation';
import { IEntry } from './entries';
import { concerns } from './messages';
import { Navigation } from './navigation';
import { isOwner, nameOf } from './people';
import { readPast } from './pastNotices';
import { Reading } from './reading';
import {
  IDraftMessage,
  ISessionOptions,
  ISessionSource
} from './sessionOptions';
import { SessionSignals } from './sessionSignals';
import { applyEvent } from './state';
import { Row } from './timeline';
import { Typing } from './typing';

export type DurableWish = WithoutRef<DurableCommand>;

const EVERYTHING: readonly Topic[] = [
  'list',
  'people',
  'presence',
  'threads',
  'context',
  'runs',
  'session',
  'permissions',
  'unread'
];

const PAGE = 100;
/** While jumping far back, pages are larger. */
const LONG_PAGE = 500;
/** The messages are drawn first, then the lines of the past between them. */
const RECALL_AFTER = 500;
const NONE: Readonly<Record<string, never>> = {};

function closed(): RequestError {
  return new RequestError('network', 'The session was closed.');
}

/**
 * One session as this window knows it: state, messages, presence, and what is
 * on its way. Its signals are fine-grained and come once per frame.
 */
export class SessionModel
  extends SessionSignals
  implements ISessionView, IReceiver, IDisposable
{
  constructor(options: ISessionOptions) {
    super();
    this.sessionId = options.sessionId;
    this._me = options.me;
    this._source = options.source;
    this._timers = options.timers;
    this._typing = new Typing(options.timers, () =>
      this.typingChanged.emit(undefined)
    );
    const outbox = new Outbox(
      options.storage,
      `collab-agents:outbox:${options.me}:${options.sessionId}`
    );
    this._conversation.changes = this._changes;
    outbox.commands.forEach(c => this._conversation.echo(c, options.me));
    this._connection = new Connection(
      options.sockets,
      options.timers,
      outbox,
      this
    );
    // the first attempt is under way: the field is there before any answer
    this._connection.stateChanged.connect((_, { kind }) => {
      if (kind === 'ended') {
        this._answers.rejectAll(closed());
      }
      this._changes.touch('connection');
      this.flush();
    });
  }

  readonly sessionId: string;
  readonly navigation = new Navigation();

  get me(): string {
    return this._me;
  }

  get state(): SessionState | null {
    return this._state;
  }

  /** Why the server would not have us, in its words. */
  get farewell(): string | null {
    return this._farewell;
  }

  /** Resolves with the first welcome. */
  get whenKnown(): Promise<void> {
    return this._known.promise;
  }

  get connection(): ConnectionState {
    return this._connection.state;
  }

  get live(): boolean {
    return this.connection.kind === 'live';
  }

  get participants(): Readonly<Record<string, Participant>> {
    return this._state?.participants ?? NONE;
  }

  get presence(): ReadonlyMap<string, PresenceState> {
    return this._presence;
  }

  get threads(): Readonly<Record<string, Thread>> {
    return this._state?.threads ?? NONE;
  }

  get permissions(): ReadonlySet<string> {
    return this._permissions;
  }

  get agents(): readonly AgentSummary[] {
    return this._agents;
  }

  get limits(): Limits | null {
    return this._limits;
  }

  get presenceInterval(): number {
    return this._limits?.presence_interval ?? 1;
  }

  get reading(): Reading {
    return this._conversation.reading;
  }

  /** Messages of others that are loaded and not read. */
  get unread(): number {
    return this._unread;
  }

  /** Threads with replies of others that I have not opened since. */
  get unreadThreads(): ReadonlySet<string> {
    return this._conversation.unreadThreads;
  }

  get hasEarlier(): boolean {
    return this._conversation.hasEarlier;
  }

  get following(): string | null {
    return this._following;
  }

  /** What the next message will carry. */
  get attachments(): readonly Attachment[] {
    return this._attachments;
  }

  get isDisposed(): boolean {
    return this._disposed;
  }

  /** Whether I own this session; some things editors do to agents only. */
  get isMine(): boolean {
    return isOwner(this.participants[this._me]);
  }

  /** Why the server does not answer, in its words; null when it says nothing. */
  get problem(): string | null {
    return this._problem;
  }

  can(action: string): boolean {
    return this._permissions.has(action);
  }

  nameOf(participantId: string): string {
    return nameOf(this.participants, participantId);
  }

  entry(id: string): IEntry | undefined {
    return this._conversation.entry(id);
  }

  /** What an agent does in a run that is under way, in its own words. */
  progress(runId: string): string | null {
    return this._progress.get(runId) ?? null;
  }

  /** Ids of the others who write there. */
  typing(threadId: string | null): string[] {
    return this._typing.in(threadId).filter(id => id !== this._me);
  }

  /** The list outside threads, or of one; the same array until it changes. */
  rows(threadId: string | null): readonly Row[] {
    return this._conversation.rows(threadId, this._state, this._me);
  }

  // --- what I do ---------------------------------------------------------------

  /** Post; it stands in the list at once, greyed until the server has it. */
  post(draft: IDraftMessage): void {
    const command: DurableCommand = {
      type: 'chat.post',
      ref: UUID.uuid4(),
      body: draft.body,
      reply_to: draft.replyTo ?? null,
      anchor: draft.anchor ?? null,
      attachments: draft.attachments ?? []
    };
    this.reading.answered();
    this._conversation.echo(command, this._me);
    this._connection.submit(command);
    this._typingSaid = null;
    this._changes.touch('list', 'unread');
    this.flush();
  }

  /** Send a message again that was refused. */
  retry(id: string): void {
    const message = this._conversation.discard(id);
    if (message) {
      const { body, thread_id, anchor, attachments } = message;
      this.post({ body, replyTo: thread_id, anchor, attachments });
    }
  }

  /** Give up a message that was refused; its text. */
  discard(id: string): string {
    const message = this._conversation.discard(id);
    this.flush();
    return message?.body ?? '';
  }

  edit(messageId: string, body: string): void {
    this._conversation.setEditing(messageId, body);
    this.command({ type: 'chat.edit', message_id: messageId, body }).catch(
      error => this.refused.emit(reason(error))
    );
    this.flush();
  }

  /**
   * Anything else that is stored. Resolves when it is; rejects with the
   * server's refusal. Without a connection it waits, also over a reload.
   */
  command(wish: DurableWish): Promise<Ack> {
    const command = { ...wish, ref: UUID.uuid4() } as DurableCommand;
    const answer = this._answers.wait(command.ref);
    this._connection.submit(command);
    return answer;
  }

  /** As `command`; a refusal is shown in the panel. */
  ask(wish: DurableWish): void {
    this.command(wish).catch(error => this.refused.emit(reason(error)));
  }

  sendEphemeral(wish: EphemeralWish): void {
    this._connection.say({ ...wish, ref: UUID.uuid4() });
  }

  /** I am (not) writing; told when it is news, and again before it expires. */
  setTyping(typing: boolean, threadId: string | null): void {
    const now = this._timers.now();
    const said = this._typingSaid;
    if (typing) {
      if (said && said.threadId === threadId && now - said.at < 3000) {
        return;
      }
    } else if (!said) {
      return;
    }
    this._typingSaid = typing ? { threadId, at: now } : null;
    this.sendEphemeral({
      type: 'typing.update',
      typing,
      thread_id: threadId
    });
  }

  follow(participantId: string | null): void {
    if (this._following !== participantId) {
      this._following = participantId;
      this.followingChanged.emit(participantId);
    }
  }

  openThread(anchor: Anchor): void {
    const { path, cell_id } = anchor;
    const known = Object.values(this.threads)
      .filter(t => t.anchor?.path === path && t.anchor.cell_id === cell_id)
      .sort((a, b) => b.last_seq - a.last_seq)[0];
    this.navigation.go(
      known
        ? { kind: 'thread', threadId: known.thread_id }
        : { kind: 'new-thread', anchor }
    );
    this.shown.emit(undefined);
  }

  setAttachments(attachments: readonly Attachment[]): void {
    this._attachments = attachments;
    this.attachmentsChanged.emit(undefined);
  }

  /** The end of the list is on the screen, and somebody looks at it. */
  watch(watching: boolean): void {
    if (this.reading.watching === watching) {
      return;
    }
    this.reading.watch(watching);
    this._changes.touch('list', 'unread');
    this._readAll();
    this.flush();
  }

  threadSeen(threadId: string): void {
    this._conversation.threadSeen(threadId);
    this.flush();
  }

  wake(): void {
    this._connection.wake();
  }

  // --- earlier messages --------------------------------------------------------

  /** Load what is before the first message, until the list has grown. */
  async loadEarlier(limit = PAGE): Promise<void> {
    const conversation = this._conversation;
    if (this._loadingEarlier || !conversation.hasEarlier) {
      return;
    }
    this._loadingEarlier = true;
    const size = conversation.size(null);
    try {
      do {
        const before = conversation.firstSeq;
        const page = await this._source.page({ before, limit });
        conversation.hasEarlier = page.has_earlier && page.messages.length > 0;
        conversation.prepend(page.messages);
        this.flush();
      } while (
        conversation.hasEarlier &&
        conversation.size(null) === size &&
        !this._disposed
      );
    } finally {
      this._loadingEarlier = false;
    }
  }

  /** Have all of a thread, with its root. */
  async loadThread(threadId: string): Promise<void> {
    let before: number | undefined;
    for (;;) {
      const page = await this._source.page({
        before,
        limit: LONG_PAGE,
        thread: threadId
      });
      this._conversation.merge(page.messages);
      this._changes.touch('list', 'threads');
      this.flush();
      if (!page.has_earlier || page.messages.length === 0) {
        return;
      }
      before = page.messages[0].seq;
    }
  }

  /** Load back to a message; it shows itself when it is there. */
  async jumpTo(message: Message): Promise<void> {
    if (message.thread_id !== null) {
      this.navigation.go({ kind: 'thread', threadId: message.thread_id });
    } else {
      while (this.hasEarlier && this._conversation.firstSeq > message.seq) {
        await this.loadEarlier(LONG_PAGE);
      }
      this.navigation.go({ kind: 'chat' });
    }
    this.navigation.jump(message.message_id);
  }

  search(query: string, before?: number): Promise<MessagePage> {
    return this._source.search(query, before);
  }

  dispose(): void {
    if (this._disposed) {
      return;
    }
    this._disposed = true;
    this._connection.dispose();
    this._typing.clear();
    this._timers.cancel(this._readTimer);
    this._timers.cancel(this._recallTimer);
    this._answers.rejectAll(closed());
    Signal.clearData(this);
  }

  // --- what the connection tells -----------------------------------------------

  welcome(welcome: Welcome): void {
    this._me = welcome.you;
    this._known.resolve();
    this._farewell = null;
    this._problem = null;
    this._epoch = welcome.epoch;
    this._agents = welcome.agents;
    this._limits = welcome.limits;
    this._permissions = new Set(welcome.permissions);
    this._presence = new Map(
      welcome.presence.map(state => [state.participant_id, state])
    );
    this._welcomeHead = welcome.head_seq;
    this._conversation.endStreams();
    if (welcome.snapshot) {
      this._state = welcome.snapshot;
      this._progress.clear();
      this._conversation.restart(welcome, welcome.snapshot);
      const { snapshot } = welcome;
      this._timers.cancel(this._recallTimer);
      this._recallTimer = this._timers.later(
        RECALL_AFTER,
        () => void this._recall(snapshot)
      );
    }
    this._changes.touch(...EVERYTHING);
    if (this.reading.readSeq > welcome.read_seq) {
      this._tellRead();
    }
    this.reading.open(
      welcome.read_seq,
      this._conversation.newestOfOthers(this._me)
    );
    this._readAll();
  }

  event(event: DurableEvent | EphemeralEvent): void {
    if ('seq' in event) {
      // a reconnection may tell again what we know
      if (this._state !== null && event.seq > this._state.last_seq) {
        this._durable(event, this._state);
      }
    } else {
      this._ephemeral(event);
    }
  }

  ack(ack: Ack, command: DurableCommand | null): void {
    this._conversation.acked(ack.ref, ack.seq, this._state?.last_seq ?? 0);
    if (command?.type === 'chat.edit') {
      this._conversation.setEditing(command.message_id, null);
    }
    this._answers.resolve(ack);
  }

  rejected(rejected: Rejected, command: DurableCommand | null): void {
    const { ref, code, message } = rejected;
    if (ref !== null && this._conversation.failed(ref, message)) {
      return;
    }
    if (command?.type === 'chat.edit') {
      this._conversation.setEditing(command.message_id, null);
    }
    const error = new RequestError(code, message);
    if (ref !== null && this._answers.reject(ref, error)) {
      return;
    }
    if (command || this.live) {
      this.refused.emit(message);
    } else {
      this._farewell = message; // the server says why it closes
    }
  }

  resumePoint(): IResumePoint | null {
    return this._state && { after: this._state.last_seq, epoch: this._epoch };
  }

  async probe(): Promise<Ending | null> {
    const [ending, problem] = await Promise.all([
      this._source.probe(),
      this._source.problem()
    ]);
    if (problem !== this._problem && !this.live) {
      this._problem = problem;
      this._changes.touch('connection');
      this.flush();
    }
    return ending;
  }

  /** Tell everybody what has changed since last time, once. */
  flush(): void {
    if (this._changes.isEmpty) {
      return;
    }
    this._readAll();
    const changes = this._changes;
    this._changes = this._conversation.changes = new Changes();
    if (changes.changesLists) {
      this._conversation.forgetRows();
    }
    if (changes.changesUnread) {
      this._unread = this._conversation.countUnread(this._me);
    }
    this.announce(changes);
    if (this._rightsMayDiffer) {
      this._rightsMayDiffer = false;
      this._connection.refresh();
    }
  }

  // --- durable events ----------------------------------------------------------

  private _durable(event: DurableEvent, before: SessionState): void {
    const state = applyEvent(before, event);
    this._state = state;
    const id = concerns(event);
    if (event.type === 'chat.posted') {
      this._posted(event);
    } else if (id !== null) {
      this._conversation.change(event, id);
    }
    this._conversation.notice(event, before);
    this._touchFor(event);
    if (event.type === 'run.finished') {
      this._progress.delete(event.run_id);
      const run = state.runs[event.run_id];
      if (run?.asked_by === this._me) {
        this.runFinished.emit(run);
      }
    }
  }

  private _posted(event: MessagePosted): void {
    const { message, sound } = this._conversation.posted(event, this._me);
    if (event.actor !== this._me) {
      this._typing.set(event.actor, false, null);
      if (message.mentions.includes(this._me)) {
        this.mentioned.emit(message);
      }
    }
    if (!sound) {
      void this._fetchAgain(message);
    }
  }

  private _touchFor(event: DurableEvent): void {
    const [noun] = event.type.split('.');
    switch (noun) {
      case 'participant':
        this._changes.touch('people', 'presence');
        break;
      case 'session':
      case 'invite':
        this._changes.touch('session');
        break;
      case 'context':
        this._changes.touch('context');
        break;
      case 'run':
        this._changes.touch('runs');
        break;
    }
    if (event.type === 'chat.posted' && (event.thread_id || event.anchor)) {
      this._changes.touch('threads');
    }
    if (this._changesRights(event) && event.seq > this._welcomeHead) {
      this._rightsMayDiffer = true;
    }
  }

  /** Only a welcome says what I may do: after these we ask for one. */
  private _changesRights(event: DurableEvent): boolean {
    switch (event.type) {
      case 'session.muted':
      case 'session.archived':
      case 'session.reopened':
        return true;
      case 'participant.role_changed':
      case 'participant.muted':
        return event.participant_id === this._me;
      default:
        return false;
    }
  }

  // --- ephemeral events --------------------------------------------------------

  private _ephemeral(event: EphemeralEvent): void {
    switch (event.type) {
      case 'chat.delta':
        this._conversation.streamed(event);
        break;
      case 'chat.aborted':
        this._conversation.aborted(event.message_id);
        break;
      case 'typing.changed':
        this._typing.set(event.participant_id, event.typing, event.thread_id);
        break;
      case 'chat.read_changed':
        this.reading.readElsewhere(event.read_seq);
        this._changes.touch('unread', 'list');
        break;
      case 'presence.changed':
        this._presence.set(event.presence.participant_id, event.presence);
        this._changes.presence.add(event.presence.participant_id);
        this._changes.touch('presence');
        break;
      case 'session.state':
        this._presence = new Map(
          event.presence.map(state => [state.participant_id, state])
        );
        this._changes.presence.clear(); // everybody's may be another one
        this._changes.touch('presence');
        break;
      case 'edit.reported':
        if (event.actor !== this._me) {
          this._conversation.edited(event);
        }
        this.edits.emit(event);
        break;
      case 'reveal.requested':
        this.revealRequests.emit(event);
        break;
      case 'run.progress':
        this._progress.set(event.run_id, event.note);
        this._changes.touch('runs');
        break;
      case 'chat.mentioned':
        this.mentionedElsewhere.emit(event);
        break;
      case 'invite.received':
        this.invited.emit(event);
        break;
      case 'session.deleted':
        break; // the socket closes and says so
    }
  }

  /** What we put together is not what was written: take the stored text. */
  private async _fetchAgain(message: Message): Promise<void> {
    const page = await this._source
      .page({ before: message.seq + 1, limit: 1 })
      .catch(error => {
        this.refused.emit(reason(error));
        return null;
      });
    const stored = page?.messages[page.messages.length - 1];
    if (stored?.message_id === message.message_id) {
      this._conversation.put(stored);
      this.flush();
    }
  }

  /** Who came, went and failed among the messages that are shown. */
  private async _recall(snapshot: SessionState): Promise<void> {
    const { hasEarlier, firstSeq } = this._conversation;
    const from = hasEarlier ? firstSeq : 1;
    const recall = ++this._recalls;
    try {
      const past = await readPast(this._source, snapshot, from);
      if (recall === this._recalls && !this._disposed) {
        this._conversation.recall(past);
        this.flush();
      }
    } catch (error) {
      // only lines of the past are missing
      console.warn(reason(error));
    }
  }

  // --- reading -----------------------------------------------------------------

  private _readAll(): void {
    if (
      this._state &&
      this.reading.watching &&
      this.reading.read(this._state.last_seq)
    ) {
      this._changes.touch('unread');
      if (this._readTimer === null) {
        this._readTimer = this._timers.later(1000, () => {
          this._readTimer = null;
          this._tellRead();
        });
      }
    }
  }

  private _tellRead(): void {
    this.sendEphemeral({
      type: 'chat.read',
      read_seq: this.reading.readSeq
    });
  }

  private readonly _source: ISessionSource;
  private readonly _timers: ITimers;
  private readonly _connection: Connection;
  private readonly _typing: Typing;
  private readonly _answers = new Answers();
  private readonly _progress = new Map<string, string>();
  private readonly _conversation = new Conversation();
  private _changes = new Changes();
  private readonly _known = new PromiseDelegate<void>();
  private _state: SessionState | null = null;
  private _me: string;
  private _epoch = '';
  private _agents: readonly AgentSummary[] = [];
  private _limits: Limits | null = null;
  private _permissions: ReadonlySet<string> = new Set();
  private _presence = new Map<string, PresenceState>();
  private _farewell: string | null = null;
  private _problem: string | null = null;
  private _recallTimer: unknown = null;
  private _recalls = 0;
  private _unread = 0;
  private _loadingEarlier = false;
  private _welcomeHead = 0;
  private _rightsMayDiffer = false;
  private _following: string | null = null;
  private _attachments: readonly Attachment[] = [];
  private _typingSaid: { threadId: string | null; at: number } | null = null;
  private _readTimer: unknown = null;
  private _disposed = false;
}
