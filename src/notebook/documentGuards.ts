import { CodeEditor } from '@jupyterlab/codeeditor';
import { TranslationBundle } from '@jupyterlab/translation';
import {
  DisposableDelegate,
  DisposableSet,
  IDisposable
} from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import { Account } from '../documents/account';
import { lockActions, perform } from '../documents/lockActions';
import { requestWords } from '../documents/lockMenu';
import { blockerOf, lockOn } from '../documents/locks';
import { lockedHere, readOnlyWords, timeLeft } from '../documents/lockWords';
import { Lock } from '../protocol.gen';
import { ICollab } from '../tokens';
import { listen, withSession } from './disposal';
import { IGuard, IGuards } from './guardedEditors';

/** Who types in a lock of theirs keeps it: prolonged when so much is left, in ms. */
export const PROLONGED_BELOW = 10 * 60_000;
const PROLONGED_EVERY = 60_000;

interface IPlace {
  readonly path: string;
  /** Null in a file without cells. */
  readonly cellId: string | null;
}

function readOnly(trans: TranslationBundle): IGuard {
  const description = readOnlyWords(trans);
  return { description, hint: () => ({ text: description, actions: [] }) };
}

/** Which editors of this window may not be written in, by this person. */
export class DocumentGuards implements IGuards, IDisposable {
  constructor(collab: ICollab, account: Account, trans: TranslationBundle) {
    this._collab = collab;
    this._account = account;
    this._trans = trans;
    const tell = () => this.changed.emit();
    this._listeners.add(
      withSession(collab, session => listen(session.documents.changed, tell))
    );
    this._listeners.add(listen(collab.sessionChanged, tell));
    this._listeners.add(listen(account.changed, tell));
  }

  readonly changed = new Signal<this, void>(this);

  get isDisposed(): boolean {
    return this._listeners.isDisposed;
  }

  /** A document is open, until disposed; `shared` is its model. */
  add(shared: object, path: () => string | null): IDisposable {
    this._paths.set(shared, path);
    this.changed.emit();
    return new DisposableDelegate(() => this._paths.delete(shared));
  }

  guardOf(model: CodeEditor.IModel): IGuard | null {
    const session = this._collab.session;
    const place = this._placeOf(model);
    if (!place) {
      return null;
    }
    if (!this._account.mayWrite) {
      return readOnly(this._trans);
    }
    if (!session) {
      return null;
    }
    const { documents, me } = session;
    const lock = blockerOf(documents.get(place.path), place.cellId, me);
    return lock && this._guard(place.path, lock, me);
  }

  typed(model: CodeEditor.IModel): void {
    const session = this._collab.session;
    const place = this._placeOf(model);
    if (!session?.live || !place) {
      return;
    }
    const { path, cellId } = place;
    const state = session.documents.get(path);
    const now = Date.now();
    const lock = lockOn(state, cellId) ?? lockOn(state, null);
    if (
      lock?.holder === session.me &&
      lock.requests.length === 0 && // others wait for it
      lock.expires_at - now < PROLONGED_BELOW &&
      now - (this._prolonged.get(lock.lock_id) ?? 0) > PROLONGED_EVERY
    ) {
      this._prolonged.set(lock.lock_id, now);
      const { lock_id } = lock;
      perform(session, { type: 'lock.renew', path, lock_id });
    }
  }

  dispose(): void {
    if (!this.isDisposed) {
      this._listeners.dispose();
      Signal.clearData(this);
    }
  }

  private _guard(path: string, lock: Lock, me: string): IGuard {
    const trans = this._trans;
    const description = lockedHere({ path, lock }, me, trans);
    return {
      description,
      hint: () => {
        const session = this._collab.session;
        const now = Date.now();
        const state = session?.documents.get(path) ?? null;
        // it may have been prolonged, or asked for
        const known =
          state?.locks.find(one => one.lock_id === lock.lock_id) ?? lock;
        const actions = session
          ? lockActions({ path, lock: known }, session, now, trans)
          : [];
        const left = timeLeft(known.expires_at, now, trans);
        const asked = requestWords(known, me, now, trans);
        const words = [description, left, ...(asked === null ? [] : [asked])];
        return { text: words.join(' · '), actions };
      }
    };
  }

  private _placeOf(model: CodeEditor.IModel): IPlace | null {
    const shared = model.sharedModel as {
      readonly notebook?: object | null;
      readonly id?: string;
    };
    const { notebook } = shared;
    const path = this._paths.get(notebook ?? shared)?.() ?? null;
    return path === null
      ? null
      : { path, cellId: notebook ? (shared.id ?? null) : null };
  }

  private readonly _collab: ICollab;
  private readonly _account: Account;
  private readonly _trans: TranslationBundle;
  private readonly _listeners = new DisposableSet();
  private readonly _paths = new Map<object, () => string | null>();
  private readonly _prolonged = new Map<string, number>();
}
