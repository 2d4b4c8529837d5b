import { ServerConnection } from '@jupyterlab/services';
import { IStateDB } from '@jupyterlab/statedb';
import { PromiseDelegate } from '@lumino/coreutils';
import { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import { browserSockets, browserTimers, onReturn } from '../client/browser';
import { Ending } from '../client/closing';
import { Account } from '../documents/account';
import {
  Attachment,
  CreateSession,
  InviteReceived,
  PendingInvite,
  SessionList,
  SessionSummary,
  SharingMode
} from '../protocol.gen';
import {
  acceptInvite,
  createSession,
  getSession,
  health,
  listSessions,
  messagesPage,
  reason,
  RequestError,
  searchMessages,
  sessionEvents
} from '../request';
import { ProposalSource } from '../review/proposalDetails';
import { ICollab, PACKAGE } from '../tokens';
import { SessionModel } from './session';
import { ISessionSource } from './sessionOptions';

/** Whether there is anything to show yet. */
export type Readiness =
  | { readonly kind: 'loading' }
  | { readonly kind: 'ready' }
  /** The server said what is wrong and what to do. */
  | { readonly kind: 'not-ready'; readonly problem: string }
  /** The server did not answer. */
  | { readonly kind: 'failed'; readonly problem: string };

/** How documents are shared, and why, where they are not shared live. */
export interface ISharing {
  readonly mode: SharingMode;
  readonly reason: string | null;
}

/** An invitation to me, by whatever told of it. */
export interface IInvitationIds {
  readonly session_id: string;
  readonly invite_id: string;
}

const SEARCH_PAGE = 50;
const LAST_SESSION = `${PACKAGE}:session`;

/** The sessions of this window: the list, and the one that is open. */
export class CollabModel implements ICollab, IDisposable {
  constructor(
    readonly settings: ServerConnection.ISettings,
    private readonly _state: IStateDB | null
  ) {
    this.account = new Account(settings);
    this.proposals = new ProposalSource(settings);
    this._return = onReturn(() => this._session?.wake());
  }

  readonly account: Account;
  readonly proposals: ProposalSource;

  readonly sessionChanged = new Signal<this, SessionModel | null>(this);
  readonly listChanged = new Signal<this, void>(this);
  readonly readinessChanged = new Signal<this, void>(this);
  /** Somebody invites me, told by the session that is open. */
  readonly invited = new Signal<this, InviteReceived>(this);

  /** Resolves when `start` has come to an end, good or bad. */
  get started(): Promise<void> {
    return this._started.promise;
  }

  get readiness(): Readiness {
    return this._readiness;
  }

  get session(): SessionModel | null {
    return this._session;
  }

  /** My participant id, '' until the server has said it. */
  get me(): string {
    return this._list?.you ?? '';
  }

  get sessions(): readonly SessionSummary[] {
    return this._list?.sessions ?? [];
  }

  get invitations(): readonly PendingInvite[] {
    return this._list?.invitations ?? [];
  }

  /** How documents are shared on this server. */
  get sharing(): ISharing {
    return this._sharing;
  }

  get isDisposed(): boolean {
    return this._return.isDisposed;
  }

  /** Look what there is and open the session of last time, or the default. */
  async start(): Promise<void> {
    this._setReadiness({ kind: 'loading' });
    void this.account.ask();
    try {
      const { ready, problem, collaboration, collaboration_reason } =
        await health(this.settings);
      if (!ready) {
        this._setReadiness({
          kind: 'not-ready',
          problem: problem ?? ''
        });
        return;
      }
      this._sharing = { mode: collaboration, reason: collaboration_reason };
      await this.refresh();
      const sessionId = await this._choose();
      if (sessionId !== null && this._session === null) {
        this.open(sessionId);
      }
      this._setReadiness({ kind: 'ready' });
    } catch (error) {
      this._setReadiness(
        error instanceof RequestError && error.code === 'not_ready'
          ? { kind: 'not-ready', problem: error.message }
          : { kind: 'failed', problem: reason(error) }
      );
    } finally {
      this._started.resolve();
    }
  }

  /** Fetch the list of sessions and invitations. */
  async refresh(): Promise<void> {
    this._list = await listSessions(this.settings);
    this.listChanged.emit(undefined);
  }

  /** `refresh` for the sake of numbers: not worth a word when it fails. */
  refreshQuietly(): void {
    if (this._readiness.kind === 'ready') {
      this.refresh().catch(error => console.debug(reason(error)));
    }
  }

  open(sessionId: string): void {
    if (this._session?.sessionId === sessionId && !this._hasEnded()) {
      return;
    }
    this._session?.dispose();
    const session = new SessionModel({
      sessionId,
      me: this.me,
      sockets: browserSockets(sessionId, this.settings),
      timers: browserTimers,
      storage: window.sessionStorage,
      source: this._source(sessionId)
    });
    session.invited.connect((_, invitation) => {
      this.invited.emit(invitation);
      this.refreshQuietly();
    });
    session.mentionedElsewhere.connect(() => this.refreshQuietly());
    this._session = session;
    this._remember(sessionId);
    this.sessionChanged.emit(session);
  }

  /** Show the list instead of a session. */
  close(): void {
    this._session?.dispose();
    this._session = null;
    this._remember(null);
    this.sessionChanged.emit(null);
    this.refreshQuietly();
  }

  async create(body: CreateSession): Promise<string> {
    const { session_id, message } = await createSession(body, this.settings);
    await this.refresh();
    this.open(session_id);
    return message;
  }

  /** Answer an invitation that is mine. */
  async answer(invitation: IInvitationIds, accept: boolean): Promise<void> {
    const { session_id, invite_id } = invitation;
    try {
      await acceptInvite({ session_id, invite_id, accept }, this.settings);
    } catch (error) {
      // it may have been taken back
      this.refreshQuietly();
      throw error;
    }
    await this.refresh();
    if (accept) {
      this.open(session_id);
    }
  }

  /** Join by a link's token. */
  async acceptLink(token: string): Promise<void> {
    const { session_id } = await acceptInvite({ token }, this.settings);
    await this.refresh();
    this.open(session_id);
  }

  attach(attachment: Attachment): void {
    const session = this._session;
    if (session) {
      session.setAttachments([...session.attachments, attachment]);
      session.shown.emit(undefined);
    }
  }

  dispose(): void {
    this._return.dispose();
    this._session?.dispose();
    this.proposals.dispose();
    Signal.clearData(this);
  }

  private _hasEnded(): boolean {
    return this._session?.connection.kind === 'ended';
  }

  private async _choose(): Promise<string | null> {
    const mine = this.sessions.filter(session => session.role !== null);
    const last = await this._state?.fetch(LAST_SESSION);
    if (typeof last === 'string' && mine.some(s => s.session_id === last)) {
      return last;
    }
    const latest = mine
      .filter(session => session.status === 'active')
      .sort((a, b) => b.last_at - a.last_at)[0];
    return this._list?.default_session ?? latest?.session_id ?? null;
  }

  private _remember(sessionId: string | null): void {
    const saved =
      sessionId === null
        ? this._state?.remove(LAST_SESSION)
        : this._state?.save(LAST_SESSION, sessionId);
    saved?.catch(error => console.warn(reason(error)));
  }

  private _source(sessionId: string): ISessionSource {
    const { settings } = this;
    return {
      page: options => messagesPage(sessionId, options, settings),
      search: (query, before) =>
        searchMessages(
          sessionId,
          query,
          { before, limit: SEARCH_PAGE },
          settings
        ),
      events: (after, limit) =>
        sessionEvents(sessionId, { after, limit }, settings),
      problem: () =>
        health(settings).then(
          ({ problem }) => problem,
          () => null // the network is lost: nobody there to ask
        ),
      probe: () =>
        getSession(sessionId, settings).then(
          () => null,
          error => endingOf(error)
        )
    };
  }

  private _setReadiness(readiness: Readiness): void {
    this._readiness = readiness;
    this.readinessChanged.emit(undefined);
  }

  private _readiness: Readiness = { kind: 'loading' };
  private _sharing: ISharing = { mode: 'live', reason: null };
  private _list: SessionList | null = null;
  private _session: SessionModel | null = null;
  private readonly _return: IDisposable;
  private readonly _started = new PromiseDelegate<void>();
}

function endingOf(error: unknown): Ending | null {
  switch (error instanceof RequestError ? error.code : null) {
    case 'not_found':
      return 'gone';
    case 'forbidden':
    case 'banned':
      return 'forbidden';
    case 'unsupported_protocol':
      return 'reload';
    default:
      return null;
  }
}
