import { PromiseDelegate } from '@lumino/coreutils';
import { IResumePoint } from '../client/socket';
import {
  AgentSummary,
  DurableEvent,
  EphemeralEvent,
  Limits,
  PresenceState,
  SessionState,
  Welcome
} from '../protocol.gen';
import { Changes } from './changes';
import { applyEvent } from './state';

/** What the server has said of a session: its state, who is where, what I may. */
export class Known {
  /** `me`: my participant id, as far as it is known before the welcome. */
  constructor(
    private _me: string,
    private readonly _changes: Changes
  ) {}

  get me(): string {
    return this._me;
  }

  get state(): SessionState | null {
    return this._state;
  }

  get lastSeq(): number {
    return this._state?.last_seq ?? 0;
  }

  get presence(): ReadonlyMap<string, PresenceState> {
    return this._presence;
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

  /** Resolves with the first welcome. */
  get whenWelcome(): Promise<void> {
    return this._welcomed.promise;
  }

  /** Where to go on after a lost connection, null to begin anew. */
  get resumePoint(): IResumePoint | null {
    const state = this._state;
    return (
      state && {
        after: state.last_seq,
        at: state.last_at ?? 0,
        epoch: this._epoch
      }
    );
  }

  /** What an agent does in a run that is under way, in its own words. */
  progress(runId: string): string | null {
    return this._progress.get(runId) ?? null;
  }

  welcome(welcome: Welcome): void {
    this._me = welcome.you;
    this._epoch = welcome.epoch;
    this._agents = welcome.agents;
    this._limits = welcome.limits;
    this._permissions = new Set(welcome.permissions);
    this._everybodyIs(welcome.presence);
    if (welcome.snapshot) {
      this._state = welcome.snapshot;
      this._progress.clear();
    }
    this._welcomed.resolve();
  }

  /** Apply an event that comes next; the state that it gives. */
  durable(event: DurableEvent, before: SessionState): SessionState {
    const state = applyEvent(before, event);
    this._state = state;
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
    if (event.type === 'run.finished') {
      this._progress.delete(event.run_id);
    }
    return state;
  }

  /** What is never stored: who is where, what I may, and how far a run is. */
  ephemeral(event: EphemeralEvent): void {
    switch (event.type) {
      case 'presence.changed':
        this._presence.set(event.presence.participant_id, event.presence);
        this._changes.presence.add(event.presence.participant_id);
        this._changes.touch('presence');
        break;
      case 'session.state':
        this._everybodyIs(event.presence);
        break;
      case 'permissions.changed':
        this._permissions = new Set(event.permissions);
        this._changes.touch('permissions');
        break;
      case 'run.progress':
        this._progress.set(event.run_id, event.note);
        this._changes.touch('runs');
        break;
    }
  }

  private _everybodyIs(presence: readonly PresenceState[]): void {
    this._presence = new Map(
      presence.map(state => [state.participant_id, state])
    );
    this._changes.presence.clear(); // everybody's may be another one
    this._changes.touch('presence');
  }

  private _state: SessionState | null = null;
  private _epoch = '';
  private _agents: readonly AgentSummary[] = [];
  private _limits: Limits | null = null;
  private _permissions: ReadonlySet<string> = new Set();
  private _presence = new Map<string, PresenceState>();
  private readonly _progress = new Map<string, string>();
  private readonly _welcomed = new PromiseDelegate<void>();
}
