import { TranslationBundle } from '@jupyterlab/translation';
import { DisposableSet, IDisposable } from '@lumino/disposable';
import { Location } from '../protocol.gen';
import { ISessionView } from '../tokens';
import { listen, listenTo } from './disposal';
import { safeColor } from './guests';
import { isSameView } from './places';

/** What anybody does to take their view back. */
const OWN_MOVES = ['keydown', 'pointerdown', 'touchstart', 'wheel'];

/**
 * Inside an element with this attribute only Escape ends following: one may
 * talk meanwhile, and a button that toggles it would start it again.
 */
export const KEEPS_FOLLOWING = 'data-jca-keeps-following';

interface IFollowOptions {
  /** Where the frame is drawn. */
  frame(): HTMLElement;
  reveal(location: Location): Promise<unknown>;
  trans: TranslationBundle;
}

/** While I follow somebody: shows what they look at, until I do something. */
export class FollowMode implements IDisposable {
  constructor(session: ISessionView, options: IFollowOptions) {
    this._session = session;
    this._options = options;
    for (const listener of [
      listen(session.followingChanged, () => this._onFollowing()),
      listen(session.presenceChanged, who => this._onPresence(who)),
      listen(session.connectionChanged, () => this._onPresence(null))
    ]) {
      this._listeners.add(listener);
    }
    this._onFollowing();
  }

  get isDisposed(): boolean {
    return this._listeners.isDisposed;
  }

  dispose(): void {
    if (!this.isDisposed) {
      this._listeners.dispose();
      this._end();
    }
  }

  private _onFollowing(): void {
    const leader = this._session.following;
    if (leader === this._leader) {
      return;
    }
    this._end();
    if (leader === null) {
      return;
    }
    this._leader = leader;
    this._active = new DisposableSet();
    this._active.add(
      listenTo(document, OWN_MOVES, event => this._onOwnMove(event), {
        capture: true,
        passive: true
      })
    );
    this._showFrame(leader);
    this._onPresence(leader);
  }

  private _onOwnMove(event: Event): void {
    const { target } = event;
    const { key, repeat } = event as KeyboardEvent;
    const keeps =
      key !== 'Escape' &&
      target instanceof Element &&
      target.closest(`[${KEEPS_FOLLOWING}]`);
    if (!keeps && !repeat) {
      this._session.follow(null);
    }
  }

  private _onPresence(who: string | null): void {
    const leader = this._leader;
    if (leader === null || (who !== null && who !== leader)) {
      return;
    }
    if (!this._session.live) {
      return;
    }
    const presence = this._session.presence.get(leader);
    if (!presence || presence.activity === 'offline') {
      this._session.follow(null);
      return;
    }
    const { location } = presence;
    if (location && !isSameView(location, this._seen)) {
      this._seen = location;
      this._wanted = location;
      void this._revealAll();
    }
  }

  /** One reveal at a time; of several that wait, only the last. */
  private async _revealAll(): Promise<void> {
    if (this._isRevealing) {
      return;
    }
    this._isRevealing = true;
    try {
      while (this._wanted && this._leader !== null) {
        const location = this._wanted;
        this._wanted = null;
        await this._options.reveal(location);
      }
    } finally {
      this._isRevealing = false;
    }
  }

  private _showFrame(leader: string): void {
    const { trans, frame } = this._options;
    const profile = this._session.participants[leader]?.profile;
    const node = document.createElement('div');
    node.className = 'jca-FollowFrame';
    node.style.setProperty(
      '--jca-color',
      safeColor(profile?.color ?? '') || null
    );
    const label = document.createElement('div');
    label.className = 'jca-FollowFrame-label';
    label.setAttribute('role', 'status');
    node.append(label);
    frame().append(node);
    // after it is in the page, so that it is read aloud
    label.textContent = trans.__(
      'Following %1 · Esc stops',
      profile?.name ?? leader
    );
    this._frame = node;
  }

  private _end(): void {
    this._active.dispose();
    this._frame?.remove();
    this._frame = null;
    this._leader = null;
    this._seen = null;
    this._wanted = null;
  }

  private readonly _session: ISessionView;
  private readonly _options: IFollowOptions;
  private readonly _listeners = new DisposableSet();
  private _active = new DisposableSet();
  private _leader: string | null = null;
  private _frame: HTMLElement | null = null;
  private _seen: Location | null = null;
  private _wanted: Location | null = null;
  private _isRevealing = false;
}
