import { IDisposable } from '@lumino/disposable';
import { ISignal, Signal } from '@lumino/signaling';
import {
  Ack,
  CloseCode,
  Command,
  Down,
  DurableEvent,
  EphemeralEvent,
  Rejected,
  Welcome
} from '../protocol.gen';
import { afterClose, backoff, Ending } from './closing';
import { KeptCommand, Outbox } from './outbox';
import { IResumePoint, ISocket, ITimers, SocketFactory } from './socket';

export type ConnectionState =
  | { kind: 'connecting' }
  | { kind: 'live' }
  /** `retryAt` in the time of the timers; null while an attempt is under way. */
  | { kind: 'reconnecting'; retryAt: number | null }
  | { kind: 'ended'; reason: Ending };

/** What a connection tells its session, frame by frame. */
export interface IReceiver {
  welcome(welcome: Welcome): void;
  event(event: DurableEvent | EphemeralEvent): void;
  ack(ack: Ack, command: KeptCommand | null): void;
  rejected(rejected: Rejected, command: KeptCommand | null): void;
  /** All of a frame has been told. */
  flush(): void;
  /** Where to go on, null to begin anew. */
  resumePoint(): IResumePoint | null;
  /** Ask over HTTP why no attempt succeeds; null: keep trying. */
  probe(): Promise<Ending | null>;
}

/** No welcome for this long: the attempt has failed. */
const WELCOME_TIMEOUT = 20_000;
/** A connection that lived this long starts again with the shortest delay. */
const STABLE_AFTER = 5_000;
/** Refusals that pass by themselves. */
const TRY_AGAIN: ReadonlySet<string> = new Set(['rate_limited', 'busy']);
/** After such a refusal: wait this long, then send this many at a time. */
const PAUSE = 1_000;
const FEW = 10;
/** Failed attempts before we ask over HTTP what is wrong. */
const PROBE_AFTER = 3;

/**
 * A session's WebSocket, which comes back by itself. Durable commands wait in
 * the outbox until they are answered and are sent again, in order, after every
 * welcome; ephemeral ones are dropped while there is no connection.
 */
export class Connection implements IDisposable {
  constructor(
    private readonly _open: SocketFactory,
    private readonly _timers: ITimers,
    private readonly _outbox: Outbox,
    private readonly _receiver: IReceiver
  ) {
    this._connect();
  }

  get state(): ConnectionState {
    return this._state;
  }

  get stateChanged(): ISignal<this, ConnectionState> {
    return this._stateChanged;
  }

  get isDisposed(): boolean {
    return this._disposed;
  }

  /** Keep a command until it is answered, and send it as soon as possible. */
  submit(command: KeptCommand): void {
    this._outbox.add(command);
    if (this._state.kind === 'live' && this._pause === null) {
      this._send([command]);
    }
  }

  /** Send once, or not at all when there is no connection. */
  say(command: Command): void {
    if (this._state.kind === 'live') {
      this._send([command]);
    }
  }

  /** The network may be back: try now instead of later. */
  wake(): void {
    if (this._state.kind === 'reconnecting' && this._state.retryAt !== null) {
      this._connect();
    }
  }

  dispose(): void {
    if (this._disposed) {
      return;
    }
    this._disposed = true;
    this._leaveSocket();
    this._timers.cancel(this._timer);
    Signal.clearData(this);
  }

  private _connect(): void {
    this._timers.cancel(this._timer);
    this._setState(
      this._welcomed
        ? { kind: 'reconnecting', retryAt: null }
        : { kind: 'connecting' }
    );
    const attempt = ++this._generation;
    const current = (): boolean =>
      attempt === this._generation && !this._disposed;
    this._socket = this._open(this._receiver.resumePoint(), {
      onFrame: frame => current() && this._receive(frame),
      onClose: code => current() && this._closed(code)
    });
    this._expectSign(WELCOME_TIMEOUT);
  }

  private _receive(frame: string): void {
    let parts: Down[];
    try {
      parts = JSON.parse(frame);
    } catch {
      this._end('protocol');
      return;
    }
    this._expectSign(this._silence);
    for (const part of parts) {
      this._take(part);
    }
    this._receiver.flush();
  }

  private _take(part: Down): void {
    switch (part.type) {
      case 'welcome':
        this._welcome(part);
        break;
      case 'ping':
        break;
      case 'ack':
        this._receiver.ack(part, this._outbox.settle(part.ref));
        break;
      case 'rejected':
        if (part.ref !== null && TRY_AGAIN.has(part.code)) {
          // not an answer yet: what waits is sent again in order, what was
          // ephemeral is out of date by now
          if (this._outbox.has(part.ref)) {
            this._slowDown();
          }
          break;
        }
        this._receiver.rejected(
          part,
          part.ref === null ? null : this._outbox.settle(part.ref)
        );
        break;
      default:
        this._receiver.event(part);
    }
  }

  private _welcome(welcome: Welcome): void {
    const { ping_interval, ping_timeout } = welcome.limits;
    this._silence = (ping_interval + ping_timeout) * 1000;
    // a UTF-16 unit is at most three bytes
    this._maxFrame = Math.floor(welcome.limits.max_frame / 3);
    this._welcomed = true;
    this._liveSince = this._timers.now();
    this._expectSign(this._silence);
    this._receiver.welcome(welcome);
    // before the state changes: whoever reacts to it comes after these
    this._send(this._outbox.commands);
    this._setState({ kind: 'live' });
  }

  private _send(commands: readonly Command[]): void {
    let frame: string[] = [];
    let room = this._maxFrame;
    for (const command of commands) {
      const text = JSON.stringify(command);
      if (frame.length && text.length >= room) {
        this._socket?.send(`[${frame.join()}]`);
        frame = [];
        room = this._maxFrame;
      }
      frame.push(text);
      room -= text.length + 1;
    }
    if (frame.length) {
      this._socket?.send(`[${frame.join()}]`);
    }
  }

  /** The server has more than it takes: send the oldest again, a few at a time. */
  private _slowDown(): void {
    if (this._pause !== null) {
      return;
    }
    this._pause = this._timers.later(PAUSE, () => {
      this._pause = null;
      const waiting = this._outbox.commands;
      if (this._state.kind === 'live' && waiting.length) {
        this._send(waiting.slice(0, FEW));
        if (waiting.length > FEW) {
          this._slowDown();
        }
      }
    });
  }

  /** The server must be heard of within this time. */
  private _expectSign(milliseconds: number): void {
    this._timers.cancel(this._timer);
    this._timer = this._timers.later(milliseconds, () => {
      this._leaveSocket();
      this._closed(1006);
    });
  }

  private _closed(code: number): void {
    this._leaveSocket();
    this._timers.cancel(this._timer);
    const next = afterClose(code);
    if (next.kind === 'end') {
      this._end(next.reason);
      return;
    }
    if (this._state.kind === 'live') {
      const lived = this._timers.now() - this._liveSince;
      this._attempts = lived >= STABLE_AFTER ? 0 : this._attempts;
    }
    const delay = backoff(this._attempts, this._timers.random());
    this._attempts++;
    this._setState({
      kind: 'reconnecting',
      retryAt: this._timers.now() + delay
    });
    this._timer = this._timers.later(delay, () => this._connect());
    if (this._attempts % PROBE_AFTER === 0 || code === CloseCode.STORAGE) {
      void this._probe();
    }
  }

  /** A refused upgrade looks like any lost network to a browser: ask. */
  private async _probe(): Promise<void> {
    const reason = await this._receiver.probe();
    if (reason !== null && !this._disposed && this._state.kind !== 'live') {
      this._end(reason);
    }
  }

  private _end(reason: Ending): void {
    this._leaveSocket();
    this._timers.cancel(this._timer);
    this._setState({ kind: 'ended', reason });
  }

  private _leaveSocket(): void {
    this._generation++;
    this._timers.cancel(this._pause);
    this._pause = null;
    this._socket?.close();
    this._socket = null;
  }

  private _setState(state: ConnectionState): void {
    this._state = state;
    this._stateChanged.emit(state);
  }

  private _socket: ISocket | null = null;
  /** Names the socket in use: what an older one says is not heard. */
  private _generation = 0;
  private _state: ConnectionState = { kind: 'connecting' };
  private _stateChanged = new Signal<this, ConnectionState>(this);
  private _timer: unknown = null;
  /** While it runs, commands wait in the outbox. */
  private _pause: unknown = null;
  private _attempts = 0;
  private _welcomed = false;
  private _liveSince = 0;
  private _maxFrame = 64 * 1024;
  private _silence = WELCOME_TIMEOUT;
  private _disposed = false;
}
