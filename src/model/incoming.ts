import { IReceiver } from '../client/connection';
import { Ending } from '../client/closing';
import { KeptCommand } from '../client/outbox';
import { IResumePoint } from '../client/socket';
import { Documents } from '../documents/documents';
import {
  Ack,
  DurableEvent,
  EphemeralEvent,
  MessagePosted,
  Rejected,
  SessionState,
  Welcome
} from '../protocol.gen';
import { reason, RequestError } from '../request';
import { Answers } from './answers';
import { Changes, Topic } from './changes';
import { Conversation } from './conversation';
import { Known } from './known';
import { concerns } from './messages';
import { Pages } from './pages';
import { ReadMark } from './readMark';
import { ISessionSource } from './sessionOptions';
import { SessionSignals } from './sessionSignals';
import { Typing } from './typing';

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

/** What a session is made of, as far as a frame can change it. */
export interface ISessionParts {
  readonly source: ISessionSource;
  readonly signals: SessionSignals;
  readonly changes: Changes;
  readonly known: Known;
  readonly conversation: Conversation;
  readonly pages: Pages;
  readonly readMark: ReadMark;
  readonly typing: Typing;
  readonly documents: Documents;
  readonly answers: Answers;
  isLive(): boolean;
  flush(): void;
}

/** Takes what the connection tells to the part of the session it concerns. */
export class Incoming implements IReceiver {
  constructor(private readonly _parts: ISessionParts) {}

  /** Why the server would not have us, in its words. */
  get farewell(): string | null {
    return this._farewell;
  }

  /** Why the server does not answer, in its words; null when it says nothing. */
  get problem(): string | null {
    return this._problem;
  }

  welcome(welcome: Welcome): void {
    const { known, conversation, pages, changes, readMark } = this._parts;
    this._farewell = null;
    this._problem = null;
    known.welcome(welcome);
    conversation.endStreams();
    if (welcome.snapshot) {
      conversation.restart(welcome, welcome.snapshot);
      pages.recallSoon(welcome.snapshot);
    }
    changes.touch(...EVERYTHING);
    readMark.open(welcome.read_seq, conversation.newestOfOthers(known.me));
    readMark.readTo(known.lastSeq);
  }

  event(event: DurableEvent | EphemeralEvent): void {
    if ('seq' in event) {
      const { state } = this._parts.known;
      // a reconnection may tell again what we know
      if (state !== null && event.seq > state.last_seq) {
        this._durable(event, state);
      }
    } else {
      this._ephemeral(event);
    }
  }

  ack(ack: Ack, command: KeptCommand | null): void {
    const { conversation, known, answers } = this._parts;
    conversation.acked(ack.ref, ack.seq, known.lastSeq);
    if (command?.type === 'chat.edit') {
      conversation.setEditing(command.message_id, null);
    }
    answers.resolve(ack);
  }

  rejected(rejected: Rejected, command: KeptCommand | null): void {
    const { ref, code, message } = rejected;
    const { conversation, answers, signals, isLive } = this._parts;
    if (ref !== null && conversation.failed(ref, message)) {
      return;
    }
    if (command?.type === 'chat.edit') {
      conversation.setEditing(command.message_id, null);
    }
    const error = new RequestError(code, message);
    if (ref !== null && answers.reject(ref, error)) {
      return;
    }
    if (command || isLive()) {
      signals.refused.emit(message);
    } else {
      this._farewell = message; // the server says why it closes
    }
  }

  flush(): void {
    this._parts.flush();
  }

  resumePoint(): IResumePoint | null {
    return this._parts.known.resumePoint;
  }

  async probe(): Promise<Ending | null> {
    const { source, changes, isLive, flush } = this._parts;
    const [ending, problem] = await Promise.all([
      source.probe(),
      source.problem()
    ]);
    if (problem !== this._problem && !isLive()) {
      this._problem = problem;
      changes.touch('connection');
      flush();
    }
    return ending;
  }

  private _durable(event: DurableEvent, before: SessionState): void {
    const { known, conversation, documents, signals } = this._parts;
    const state = known.durable(event, before);
    const id = concerns(event);
    if (event.type === 'chat.posted') {
      this._posted(event);
    } else if (id !== null) {
      conversation.change(event, id);
    }
    conversation.notice(event, before);
    documents.take(event);
    if (event.type === 'edit.applied') {
      const { at, actor, path, cells } = event;
      signals.edits.emit({ type: 'edit.reported', at, actor, path, cells });
    }
    if (event.type === 'run.finished') {
      const run = state.runs[event.run_id];
      if (run?.asked_by === known.me) {
        signals.runFinished.emit(run);
      }
    }
  }

  private _posted(event: MessagePosted): void {
    const { known, conversation, pages, signals, typing } = this._parts;
    const { message, sound } = conversation.posted(event, known.me);
    if (event.actor !== known.me) {
      typing.set(event.actor, false, null);
      if (message.mentions.includes(known.me)) {
        signals.mentioned.emit(message);
      }
    }
    if (!sound) {
      // what we put together is not what was written
      pages
        .fetchAgain(message)
        .catch(error => signals.refused.emit(reason(error)));
    }
  }

  private _ephemeral(event: EphemeralEvent): void {
    const { known, conversation, signals, typing, changes } = this._parts;
    switch (event.type) {
      case 'chat.delta':
        conversation.streamed(event);
        break;
      case 'chat.aborted':
        conversation.aborted(event.message_id);
        break;
      case 'typing.changed':
        typing.set(event.participant_id, event.typing, event.thread_id);
        break;
      case 'chat.read_changed':
        conversation.reading.readElsewhere(event.read_seq);
        changes.touch('unread', 'list');
        break;
      case 'edit.reported':
        if (event.actor !== known.me) {
          conversation.edited(event);
        }
        signals.edits.emit(event);
        break;
      case 'reveal.requested':
        signals.revealRequests.emit(event);
        break;
      case 'chat.mentioned':
        signals.mentionedElsewhere.emit(event);
        break;
      case 'invite.received':
        signals.invited.emit(event);
        break;
      case 'session.deleted':
        break; // the socket closes and says so
      default:
        this._parts.documents.take(event);
        known.ephemeral(event);
    }
  }

  private _farewell: string | null = null;
  private _problem: string | null = null;
}
