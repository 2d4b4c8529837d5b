import { DisposableDelegate, IDisposable } from '@lumino/disposable';
import { ISignal, Signal } from '@lumino/signaling';
import {
  DocumentCommand,
  DocumentState,
  DurableEvent,
  EditRefused,
  EphemeralEvent,
  LockRefused,
  LockReleased,
  LockRequested
} from '../protocol.gen';
import { EphemeralWish, WithoutRef } from '../tokens';

export type DocumentWish = WithoutRef<DocumentCommand>;

/** The server takes no more paths at once. */
const MAX_WATCHED = 100;

/** The way to the server and back. */
export interface IDocumentChannel {
  readonly me: string;
  readonly live: boolean;
  readonly connectionChanged: ISignal<unknown, void>;
  /** Resolves when it is done, rejects with the server's refusal. */
  command(wish: DocumentWish): Promise<unknown>;
  sendEphemeral(wish: EphemeralWish): void;
}

/**
 * What the server says about documents: those that are open in this window and
 * those of the session. While the connection is lost: what it last said.
 */
export class Documents implements IDisposable {
  constructor(channel: IDocumentChannel) {
    this._channel = channel;
    channel.connectionChanged.connect(this._onConnection, this);
  }

  /** Emits the path of the document that is another one now. */
  readonly changed = new Signal<this, string>(this);
  /** Somebody asks for a lock of mine. */
  readonly requested = new Signal<this, LockRequested>(this);
  /** Somebody keeps the lock that I asked for. */
  readonly refused = new Signal<this, LockRefused>(this);
  /** A lock ended, in a document of this session. */
  readonly released = new Signal<this, LockReleased>(this);
  /** What I changed was put back. */
  readonly putBack = new Signal<this, EditRefused>(this);

  get me(): string {
    return this._channel.me;
  }

  get live(): boolean {
    return this._channel.live;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Null while nothing is known of it. */
  get(path: string | null): DocumentState | null {
    return path === null ? null : (this._states.get(path) ?? null);
  }

  get all(): readonly DocumentState[] {
    return [...this._states.values()];
  }

  /** Keep hearing of a document, until disposed. */
  watch(path: string): IDisposable {
    this._watched.set(path, (this._watched.get(path) ?? 0) + 1);
    this._watchSoon();
    return new DisposableDelegate(() => {
      const others = (this._watched.get(path) ?? 1) - 1;
      if (others > 0) {
        this._watched.set(path, others);
        return;
      }
      this._watched.delete(path);
      this._forget(path);
      this._watchSoon();
    });
  }

  /** Do something about a document; rejects with the server's refusal. */
  async command(wish: DocumentWish): Promise<void> {
    await this._channel.command(wish);
  }

  /** What the connection tells; most of it is not about documents. */
  take(event: DurableEvent | EphemeralEvent): void {
    switch (event.type) {
      case 'document.changed':
        this._know(event.document);
        break;
      case 'lock.requested':
        this.requested.emit(event);
        break;
      case 'lock.refused':
        this.refused.emit(event);
        break;
      case 'lock.released':
        this.released.emit(event);
        break;
      case 'edit.refused':
        this.putBack.emit(event);
        break;
    }
  }

  dispose(): void {
    this._isDisposed = true;
    this._channel.connectionChanged.disconnect(this._onConnection, this);
    Signal.clearData(this);
  }

  private _know(state: DocumentState): void {
    const { path, document_id } = state;
    for (const known of this.all) {
      if (known.document_id === document_id && known.path !== path) {
        this._forget(known.path); // it was renamed
      }
    }
    // of others nobody tells us when they change again
    if (!this._watched.has(path)) {
      return;
    }
    this._states.set(path, state);
    this.changed.emit(path);
  }

  private _forget(path: string): void {
    if (this._states.delete(path) && !this._isDisposed) {
      this.changed.emit(path);
    }
  }

  private _onConnection(): void {
    // a new connection watches nothing yet
    this._isWatching = false;
    this._watchSoon();
  }

  /** Many open at once: tell of all of them together. */
  private _watchSoon(): void {
    if (this._isTelling || !this._channel.live) {
      return;
    }
    this._isTelling = true;
    void Promise.resolve().then(() => {
      this._isTelling = false;
      if (this._isDisposed || !this._channel.live) {
        return;
      }
      const paths = [...this._watched.keys()].slice(0, MAX_WATCHED);
      if (paths.length || this._isWatching) {
        this._isWatching = paths.length > 0;
        this._channel.sendEphemeral({ type: 'document.watch', paths });
      }
    });
  }

  private readonly _channel: IDocumentChannel;
  private readonly _states = new Map<string, DocumentState>();
  private readonly _watched = new Map<string, number>();
  /** Whether this connection watches something. */
  private _isWatching = false;
  private _isTelling = false;
  private _isDisposed = false;
}
