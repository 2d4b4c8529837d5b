import { Signal } from '@lumino/signaling';
import {
  EditReported,
  InviteReceived,
  MentionReceived,
  Message,
  RevealRequested,
  Run
} from '../protocol.gen';
import { Changes } from './changes';

/** What a session tells: each part of it has a signal of its own. */
export class SessionSignals {
  readonly messageChanged = new Signal<this, string>(this);
  readonly listChanged = new Signal<this, void>(this);
  readonly participantsChanged = new Signal<this, void>(this);
  readonly presenceChanged = new Signal<this, string | null>(this);
  readonly threadsChanged = new Signal<this, void>(this);
  readonly contextChanged = new Signal<this, void>(this);
  readonly runsChanged = new Signal<this, void>(this);
  readonly sessionChanged = new Signal<this, void>(this);
  readonly permissionsChanged = new Signal<this, void>(this);
  readonly unreadChanged = new Signal<this, void>(this);
  readonly typingChanged = new Signal<this, void>(this);
  readonly connectionChanged = new Signal<this, void>(this);
  readonly followingChanged = new Signal<this, string | null>(this);
  readonly attachmentsChanged = new Signal<this, void>(this);
  readonly edits = new Signal<this, EditReported>(this);
  readonly revealRequests = new Signal<this, RevealRequested>(this);
  /** The panel should come to the front. */
  readonly shown = new Signal<this, void>(this);
  /** A refusal that belongs to nothing on the screen, in words. */
  readonly refused = new Signal<this, string>(this);
  /** Somebody mentioned me, here or in a session that is not open. */
  readonly mentioned = new Signal<this, Message>(this);
  readonly mentionedElsewhere = new Signal<this, MentionReceived>(this);
  readonly invited = new Signal<this, InviteReceived>(this);
  readonly runFinished = new Signal<this, Run>(this);

  /** Tell what has changed; a row whose message changed hears of that alone. */
  protected announce(changes: Changes): void {
    const { topics, messages, presence } = changes;
    messages.forEach(id => this.messageChanged.emit(id));
    if (changes.changesLists) {
      this.listChanged.emit(undefined);
    }
    if (topics.has('people')) {
      this.participantsChanged.emit(undefined);
    }
    if (topics.has('presence')) {
      const ids = presence.size ? [...presence] : [null];
      ids.forEach(id => this.presenceChanged.emit(id));
    }
    if (topics.has('threads')) {
      this.threadsChanged.emit(undefined);
    }
    if (topics.has('context')) {
      this.contextChanged.emit(undefined);
    }
    if (topics.has('runs')) {
      this.runsChanged.emit(undefined);
    }
    if (topics.has('session')) {
      this.sessionChanged.emit(undefined);
    }
    if (topics.has('permissions')) {
      this.permissionsChanged.emit(undefined);
    }
    if (changes.changesUnread) {
      this.unreadChanged.emit(undefined);
    }
    if (topics.has('connection')) {
      this.connectionChanged.emit(undefined);
    }
  }
}
