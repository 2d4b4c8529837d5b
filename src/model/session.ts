import { UUID } from '@lumino/coreutils';
import { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import { Connection, ConnectionState } from '../client/connection';
import { KeptCommand, Outbox } from '../client/outbox';
import { Documents } from '../documents/documents';
import { watchSessionFiles } from '../documents/sessionFiles';
import { Ack, Anchor, Attachment, Message, MessagePage } from '../protocol.gen';
import { reason, RequestError } from '../request';
import { EphemeralWish, ISessionView, WithoutRef } from '../tokens';
import { Answers } from './answers';
import { Incoming } from './incoming';
import { Navigation } from './navigation';
import { OwnTyping } from './ownTyping';
import { Pages } from './pages';
import { ReadMark } from './readMark';
import {
  IDraftMessage,
  ISessionOptions,
  ISessionSource
} from './sessionOptions';
import { SessionFacts } from './sessionFacts';
import { Typing } from './typing';

export type KeptWish = WithoutRef<KeptCommand>;

function closed(): RequestError {
  return new RequestError('network', 'The session was closed.');
}

/**
 * One session as this window knows it: state, messages, presence, and what is
 * on its way. Its signals are fine-grained and come once per frame.
 */
export class SessionModel
  extends SessionFacts
  implements ISessionView, IDisposable
{
  constructor(options: ISessionOptions) {
    const { sessionId, me, source, timers } = options;
    super(me);
    this.sessionId = sessionId;
    this._source = source;
    const { changes, conversation, known } = this;
    const flush = (): void => this._flush();
    const say = (wish: EphemeralWish): void => this.sendEphemeral(wish);
    this._typing = new Typing(timers, () => this.typingChanged.emit(undefined));
    this._ownTyping = new OwnTyping(timers, say);
    this._readMark = new ReadMark(this.reading, timers, changes, read_seq =>
      say({ type: 'chat.read', read_seq })
    );
    this._pages = new Pages(source, timers, conversation, changes, flush);
    this._incoming = new Incoming({
      source,
      changes,
      flush,
      signals: this,
      known,
      conversation,
      pages: this._pages,
      readMark: this._readMark,
      typing: this._typing,
      documents: this.documents,
      answers: this._answers,
      isLive: () => this.live
    });
    const outbox = new Outbox(
      options.storage,
      `collab-agents:outbox:${me}:${sessionId}`
    );
    outbox.commands.forEach(c => conversation.echo(c, me));
    this._connection = new Connection(
      options.sockets,
      timers,
      outbox,
      this._incoming
    );
    this._sessionFiles = watchSessionFiles(this, this.documents);
    // the first attempt is under way: the field is there before any answer
    this._connection.stateChanged.connect((_, { kind }) => {
      if (kind === 'ended') {
        this._answers.rejectAll(closed());
        this._pages.stopRecalling();
      }
      changes.touch('connection');
      flush();
    });
  }

  readonly sessionId: string;
  readonly navigation = new Navigation();
  readonly documents = new Documents(this);

  /** Why the server would not have us, in its words. */
  get farewell(): string | null {
    return this._incoming.farewell;
  }

  /** Why the server does not answer, in its words; null when it says nothing. */
  get problem(): string | null {
    return this._incoming.problem;
  }

  get connection(): ConnectionState {
    return this._connection.state;
  }

  get live(): boolean {
    return this.connection.kind === 'live';
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

  /** Ids of the others who write there. */
  typing(threadId: string | null): string[] {
    return this._typing.in(threadId).filter(id => id !== this.me);
  }

  // --- what I do ---------------------------------------------------------------

  /** Post; it stands in the list at once, greyed until the server has it. */
  post(draft: IDraftMessage): void {
    const command: KeptCommand = {
      type: 'chat.post',
      ref: UUID.uuid4(),
      body: draft.body,
      reply_to: draft.replyTo ?? null,
      anchor: draft.anchor ?? null,
      attachments: draft.attachments ?? []
    };
    this.reading.answered();
    this.conversation.echo(command, this.me);
    this._connection.submit(command);
    this._ownTyping.posted();
    this.changes.touch('list', 'unread');
    this._flush();
  }

  /** Send a message again that was refused. */
  retry(id: string): void {
    const message = this.conversation.discard(id);
    if (message) {
      const { body, thread_id, anchor, attachments } = message;
      this.post({ body, replyTo: thread_id, anchor, attachments });
    }
  }

  /** Give up a message that was refused; its text. */
  discard(id: string): string {
    const message = this.conversation.discard(id);
    this._flush();
    return message?.body ?? '';
  }

  edit(messageId: string, body: string): void {
    this.conversation.setEditing(messageId, body);
    this.ask({ type: 'chat.edit', message_id: messageId, body });
    this._flush();
  }

  /**
   * Anything else that is stored. Resolves when it is; rejects with the
   * server's refusal. Without a connection it waits, also over a reload.
   */
  command(wish: KeptWish): Promise<Ack> {
    const command = { ...wish, ref: UUID.uuid4() } as KeptCommand;
    const answer = this._answers.wait(command.ref);
    this._connection.submit(command);
    return answer;
  }

  /** As `command`; a refusal is shown in the panel. */
  ask(wish: KeptWish): void {
    this.command(wish).catch(error => this.refused.emit(reason(error)));
  }

  sendEphemeral(wish: EphemeralWish): void {
    this._connection.say({ ...wish, ref: UUID.uuid4() });
  }

  /** I am (not) writing; told when it is news, and again before it expires. */
  setTyping(typing: boolean, threadId: string | null): void {
    this._ownTyping.set(typing, threadId);
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
    this.changes.touch('list', 'unread');
    this._flush();
  }

  threadSeen(threadId: string): void {
    this.conversation.threadSeen(threadId);
    this._flush();
  }

  wake(): void {
    this._connection.wake();
  }

  // --- earlier messages --------------------------------------------------------

  /** Load what is before the first message, until the list has grown. */
  loadEarlier(): Promise<void> {
    return this._pages.loadEarlier();
  }

  /** Have all of a thread, with its root. */
  loadThread(threadId: string): Promise<void> {
    return this._pages.loadThread(threadId);
  }

  /** Load back to a message; it shows itself when it is there. */
  async jumpTo(message: Message): Promise<void> {
    const { message_id, thread_id: threadId } = message;
    if (threadId !== null) {
      this.navigation.jump(message_id, { kind: 'thread', threadId });
    } else {
      await this._pages.loadBackTo(message.seq);
      this.navigation.jump(message_id, { kind: 'chat' });
    }
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
    this._sessionFiles.dispose();
    this.documents.dispose();
    this._typing.clear();
    this._readMark.dispose();
    this._pages.dispose();
    this._answers.rejectAll(closed());
    Signal.clearData(this);
  }

  private _flush(): void {
    if (!this.changes.isEmpty) {
      this._readMark.readTo(this.known.lastSeq);
      this.tell();
    }
  }

  private readonly _source: ISessionSource;
  private readonly _answers = new Answers();
  private readonly _typing: Typing;
  private readonly _ownTyping: OwnTyping;
  private readonly _readMark: ReadMark;
  private readonly _pages: Pages;
  private readonly _incoming: Incoming;
  private readonly _connection: Connection;
  private readonly _sessionFiles: IDisposable;
  private _following: string | null = null;
  private _attachments: readonly Attachment[] = [];
  private _disposed = false;
}
