import { Token } from '@lumino/coreutils';
import { ISignal } from '@lumino/signaling';
import type { Documents } from './documents/documents';
import {
  Anchor,
  Attachment,
  EditReported,
  EphemeralCommand,
  Location,
  Participant,
  PresenceState,
  RevealRequested,
  Thread
} from './protocol.gen';

/** Id prefix of our plugins, also the name of the settings file's package. */
export const PACKAGE = 'jupyter-collab-agents';

/** The same type without `ref`, for every member of a union of commands. */
export type WithoutRef<T> = T extends unknown ? Omit<T, 'ref'> : never;

/** An ephemeral command; the connection needs no `ref` from its callers. */
export type EphemeralWish = WithoutRef<EphemeralCommand>;

/** What the notebook side sees of the session that is open. */
export interface ISessionView {
  readonly sessionId: string;
  /** My participant id; '' until the first welcome. */
  readonly me: string;

  /** Everyone whose presence is known, by participant id. */
  readonly presence: ReadonlyMap<string, PresenceState>;
  /** Emits the id of the participant whose presence changed, null for all. */
  readonly presenceChanged: ISignal<ISessionView, string | null>;

  /** Everyone who is or was a member, by participant id. */
  readonly participants: Readonly<Record<string, Participant>>;
  readonly participantsChanged: ISignal<ISessionView, void>;

  readonly threads: Readonly<Record<string, Thread>>;
  readonly threadsChanged: ISignal<ISessionView, void>;

  /** Documents that are open here or belong to the session: locks and more. */
  readonly documents: Documents;

  /** The actions that this account may take here (`domain/permissions.py`). */
  readonly permissions: ReadonlySet<string>;
  readonly permissionsChanged: ISignal<ISessionView, void>;

  /** Seconds that must lie between two `presence.update`. */
  readonly presenceInterval: number;

  /** True while events arrive. */
  readonly live: boolean;
  readonly connectionChanged: ISignal<ISessionView, void>;

  /** Say something that is never stored; dropped when there is no connection. */
  sendEphemeral(command: EphemeralWish): void;

  readonly edits: ISignal<ISessionView, EditReported>;
  readonly revealRequests: ISignal<ISessionView, RevealRequested>;

  /** Whom my view follows. */
  readonly following: string | null;
  readonly followingChanged: ISignal<ISessionView, string | null>;
  follow(participantId: string | null): void;

  /** Show the thread of this place in the panel, or a composer to start it. */
  openThread(anchor: Anchor): void;
}

/** The session that is open in this window. */
export interface ICollab {
  readonly session: ISessionView | null;
  readonly sessionChanged: ISignal<ICollab, ISessionView | null>;

  /** Put something into the composer's attachments and show the panel. */
  attach(attachment: Attachment): void;
}

export const ICollab = new Token<ICollab>(
  `${PACKAGE}:ICollab`,
  'The collaboration session that is open in this window.'
);

/** Goes to a place in the workspace; false when it does not exist any more. */
export type Reveal = (location: Location) => Promise<boolean>;
