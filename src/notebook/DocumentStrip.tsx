import { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import { DisposableDelegate, DisposableSet } from '@lumino/disposable';
import { ISignal } from '@lumino/signaling';
import * as React from 'react';
import { Account } from '../documents/account';
import { lockIcon } from '../documents/icons';
import { lockActions } from '../documents/lockActions';
import { requestWords } from '../documents/lockMenu';
import { lockOn } from '../documents/locks';
import {
  lockedHere,
  readOnlyWords,
  timeLeft,
  untilWords
} from '../documents/lockWords';
import { ISessionView } from '../tokens';
import { listen } from './disposal';

/** The time that is left is drawn anew this often, in ms. */
const TICK = 15_000;

interface IStripOptions {
  session: ISessionView;
  account: Account;
  path(): string | null;
  pathChanged: ISignal<any, any>;
  trans: TranslationBundle;
}

/** A line above a document that is locked as a whole, or only to be read. */
export class DocumentStrip extends ReactWidget {
  constructor(options: IStripOptions) {
    super();
    this._options = options;
    this.addClass('jca-DocumentStrip');
    const refresh = () => this._refresh();
    const { session, account, pathChanged } = options;
    for (const part of [
      listen(session.documents.changed, refresh),
      listen(session.connectionChanged, refresh),
      listen(session.participantsChanged, refresh),
      listen(session.permissionsChanged, refresh),
      listen(account.changed, refresh),
      listen(pathChanged, refresh)
    ]) {
      this._listeners.add(part);
    }
    const tick = window.setInterval(refresh, TICK);
    this._listeners.add(
      new DisposableDelegate(() => window.clearInterval(tick))
    );
    this.hide();
    refresh();
  }

  dispose(): void {
    this._listeners.dispose();
    super.dispose();
  }

  protected render(): JSX.Element | null {
    const { session, account, path, trans } = this._options;
    const here = path();
    if (!account.mayWrite) {
      return (
        <div className="jca-DocumentStrip-line">
          <lockIcon.react tag="span" elementSize="small" aria-hidden="true" />
          <span role="status" className="jca-DocumentStrip-words">
            {readOnlyWords(trans)}
            {' · '}
            {trans.__('your account has no right to write files here')}
          </span>
        </div>
      );
    }
    const lock = lockOn(session.documents.get(here), null);
    if (here === null || lock === null) {
      return null;
    }
    const { me, live } = session;
    const now = Date.now();
    const request = requestWords(lock, me, now, trans);
    return (
      <div className="jca-DocumentStrip-line">
        <lockIcon.react tag="span" elementSize="small" aria-hidden="true" />
        <span className="jca-DocumentStrip-words">
          <span role="status">
            {lockedHere({ path: here, lock }, me, trans)}
          </span>
          <span title={untilWords(lock.expires_at, now, trans)}>
            {` · ${timeLeft(lock.expires_at, now, trans)}`}
          </span>
          {request && ` · ${request}`}
          {!live && ` · ${trans.__('as last known')}`}
        </span>
        {lockActions({ path: here, lock }, session, now, trans).map(
          ({ kind, label, run }) => (
            <button
              key={label}
              type="button"
              className={`jca-DocumentStrip-action jca-mod-${kind}`}
              onClick={run}
            >
              {label}
            </button>
          )
        )}
      </div>
    );
  }

  private _refresh(): void {
    const { session, account, path } = this._options;
    const isLocked = lockOn(session.documents.get(path()), null) !== null;
    this.setHidden(account.mayWrite && !isLocked);
    this.update();
  }

  private readonly _options: IStripOptions;
  private readonly _listeners = new DisposableSet();
}
