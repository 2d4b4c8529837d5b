import { Signal } from '@lumino/signaling';
import { Documents, DocumentWish } from '../../documents/documents';
import {
  Anchor,
  EditReported,
  Location,
  Participant,
  PresenceState,
  RevealRequested,
  Thread
} from '../../protocol.gen';
import { EphemeralWish, ICollab, ISessionView } from '../../tokens';

/** A session without a server: tests put into it what the others do. */
export class FakeSession implements ISessionView {
  readonly sessionId = 's1';
  readonly me = 'user:me';
  readonly presence = new Map<string, PresenceState>();
  readonly presenceChanged: Signal<ISessionView, string | null> = new Signal(
    this
  );
  readonly participants: Record<string, Participant> = {};
  readonly participantsChanged: Signal<ISessionView, void> = new Signal(this);
  threads: Record<string, Thread> = {};
  readonly threadsChanged: Signal<ISessionView, void> = new Signal(this);
  readonly permissions = new Set(['report_edit', 'lock']);
  readonly permissionsChanged: Signal<ISessionView, void> = new Signal(this);
  readonly presenceInterval = 0.05;
  live = true;
  readonly connectionChanged: Signal<ISessionView, void> = new Signal(this);
  readonly documents = new Documents(this);
  readonly edits: Signal<ISessionView, EditReported> = new Signal(this);
  readonly revealRequests: Signal<ISessionView, RevealRequested> = new Signal(
    this
  );
  following: string | null = null;
  readonly followingChanged: Signal<ISessionView, string | null> = new Signal(
    this
  );

  readonly sent: EphemeralWish[] = [];
  readonly asked: DocumentWish[] = [];
  readonly openedThreads: Anchor[] = [];

  sendEphemeral(command: EphemeralWish): void {
    this.sent.push(command);
  }

  async command(wish: DocumentWish): Promise<void> {
    this.asked.push(wish);
  }

  follow(participantId: string | null): void {
    if (this.following !== participantId) {
      this.following = participantId;
      this.followingChanged.emit(participantId);
    }
  }

  openThread(anchor: Anchor): void {
    this.openedThreads.push(anchor);
  }

  /** Somebody is a member, and somewhere. */
  put(
    id: string,
    location: Location | null,
    more: Partial<PresenceState> = {}
  ): void {
    const [kind, name] = id.split(':');
    this.participants[id] = {
      profile: {
        participant_id: id,
        kind: kind as 'user' | 'agent',
        name: name[0].toUpperCase() + name.slice(1),
        initials: name[0].toUpperCase(),
        color: '#107c10',
        avatar_url: null,
        anonymous: false,
        capabilities: []
      },
      role: 'editor',
      membership: 'member',
      joined_at: 0,
      joined_seq: 0,
      muted: false
    };
    this.presence.set(id, {
      participant_id: id,
      activity: 'active',
      connections: 1,
      last_active: 0,
      location,
      following: null,
      doing: null,
      ...more
    });
    this.presenceChanged.emit(id);
  }

  setLive(live: boolean): void {
    this.live = live;
    this.connectionChanged.emit();
  }
}

/** The window's session, which tests open and leave. */
export class FakeCollab implements ICollab {
  session: ISessionView | null = null;
  readonly sessionChanged: Signal<ICollab, ISessionView | null> = new Signal(
    this
  );

  attach(): void {
    throw new Error('not in these tests');
  }

  open(session: ISessionView | null): void {
    this.session = session;
    this.sessionChanged.emit(session);
  }
}
