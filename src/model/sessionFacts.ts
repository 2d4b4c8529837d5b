import {
  AgentSummary,
  Limits,
  Participant,
  PresenceState,
  SessionState,
  Thread
} from '../protocol.gen';
import { Changes } from './changes';
import { Conversation } from './conversation';
import { IEntry } from './entries';
import { Known } from './known';
import { isOwner, nameOf } from './people';
import { Reading } from './reading';
import { SessionSignals } from './sessionSignals';
import { Row } from './timeline';

const NONE: Readonly<Record<string, never>> = {};

/** What there is to read of a session, and the signals that say it changed. */
export class SessionFacts extends SessionSignals {
  constructor(me: string) {
    super();
    this.known = new Known(me, this.changes);
  }

  get me(): string {
    return this.known.me;
  }

  get state(): SessionState | null {
    return this.known.state;
  }

  /** Resolves with the first welcome. */
  get whenKnown(): Promise<void> {
    return this.known.whenWelcome;
  }

  get participants(): Readonly<Record<string, Participant>> {
    return this.state?.participants ?? NONE;
  }

  get presence(): ReadonlyMap<string, PresenceState> {
    return this.known.presence;
  }

  get threads(): Readonly<Record<string, Thread>> {
    return this.state?.threads ?? NONE;
  }

  get permissions(): ReadonlySet<string> {
    return this.known.permissions;
  }

  get agents(): readonly AgentSummary[] {
    return this.known.agents;
  }

  get limits(): Limits | null {
    return this.known.limits;
  }

  get presenceInterval(): number {
    return this.limits?.presence_interval ?? 1;
  }

  get reading(): Reading {
    return this.conversation.reading;
  }

  /** Messages of others that are loaded and not read. */
  get unread(): number {
    return this._unread;
  }

  /** Threads with replies of others that I have not opened since. */
  get unreadThreads(): ReadonlySet<string> {
    return this.conversation.unreadThreads;
  }

  get hasEarlier(): boolean {
    return this.conversation.hasEarlier;
  }

  /** Whether I own this session; some things editors do to agents only. */
  get isMine(): boolean {
    return isOwner(this.participants[this.me]);
  }

  can(action: string): boolean {
    return this.permissions.has(action);
  }

  nameOf(participantId: string): string {
    return nameOf(this.participants, participantId);
  }

  entry(id: string): IEntry | undefined {
    return this.conversation.entry(id);
  }

  /** What an agent does in a run that is under way, in its own words. */
  progress(runId: string): string | null {
    return this.known.progress(runId);
  }

  /** The list outside threads, or of one; the same array until it changes. */
  rows(threadId: string | null): readonly Row[] {
    return this.conversation.rows(threadId, this.state, this.me);
  }

  /** Tell everybody what has changed since last time, once. */
  protected tell(): void {
    const changes = this.changes.take();
    if (changes.changesLists) {
      this.conversation.forgetRows();
    }
    if (changes.changesUnread) {
      this._unread = this.conversation.countUnread(this.me);
    }
    this.announce(changes);
  }

  protected readonly changes = new Changes();
  protected readonly conversation = new Conversation(this.changes);
  protected readonly known: Known;
  private _unread = 0;
}
