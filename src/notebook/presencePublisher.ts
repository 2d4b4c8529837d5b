import { IDisposable, DisposableSet } from '@lumino/disposable';
import { ISignal } from '@lumino/signaling';
import { Location } from '../protocol.gen';
import { ISessionView } from '../tokens';
import { listen, listenTo } from './disposal';
import { isSameLocation } from './places';
import { Throttle } from './throttle';

/** At most ten updates a second, however generous the server is. */
const MIN_INTERVAL = 100;

/** Keys and clicks anywhere are a sign of life, told this often, in ms. */
export const SIGN_OF_LIFE_EVERY = 30_000;

/** Whose location is published. */
export interface IPlaceSource {
  readonly location: Location | null;
  readonly changed: ISignal<any, void>;
}

interface ISaid {
  location: Location | null;
  following: string | null;
  active: boolean;
}

/** Tells one session where I am; only what is new, and never too often. */
export class PresencePublisher implements IDisposable {
  constructor(session: ISessionView, place: IPlaceSource) {
    this._session = session;
    this._place = place;
    this._throttle = new Throttle(
      () => this._publish(),
      () => Math.max(MIN_INTERVAL, session.presenceInterval * 1000)
    );
    const call = () => this._throttle.call();
    for (const listener of [
      listen(place.changed, call),
      listen(session.followingChanged, call),
      listen(session.connectionChanged, () => {
        // a new connection knows nothing yet, and an agent that is asked over
        // it looks where I am: do not wait
        this._said = null;
        this._publish();
      }),
      listenTo(document, ['visibilitychange'], call),
      listenTo(document, ['keydown', 'pointerdown'], () => this._onLife(), {
        capture: true,
        passive: true
      }),
      this._throttle
    ]) {
      this._listeners.add(listener);
    }
    call();
  }

  get isDisposed(): boolean {
    return this._listeners.isDisposed;
  }

  dispose(): void {
    this._listeners.dispose();
  }

  private _onLife(): void {
    if (Date.now() - this._saidAt >= SIGN_OF_LIFE_EVERY) {
      this._said = null;
      this._throttle.call();
    }
  }

  private _publish(): void {
    const { live, following } = this._session;
    if (!live) {
      return;
    }
    const said: ISaid = {
      location: this._place.location,
      following,
      active: !document.hidden
    };
    if (this._said && isSame(this._said, said)) {
      return;
    }
    this._said = said;
    this._saidAt = Date.now();
    this._session.sendEphemeral({ type: 'presence.update', ...said });
  }

  private readonly _session: ISessionView;
  private readonly _place: IPlaceSource;
  private readonly _throttle: Throttle;
  private readonly _listeners = new DisposableSet();
  private _said: ISaid | null = null;
  private _saidAt = 0;
}

function isSame(a: ISaid, b: ISaid): boolean {
  return (
    a.active === b.active &&
    a.following === b.following &&
    isSameLocation(a.location, b.location)
  );
}
