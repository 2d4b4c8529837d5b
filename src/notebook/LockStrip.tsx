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
import { IStripOptions, Strip } from './strip';

export interface ILockStripOptions extends IStripOptions {
  account: Account;
}

/** Says of a document that it is locked as a whole, or only to be read. */
export class LockStrip extends Strip {
  constructor(options: ILockStripOptions) {
    const { session, account, pathChanged } = options;
    super([
      session.documents.changed,
      session.connectionChanged,
      session.participantsChanged,
      session.permissionsChanged,
      account.changed,
      pathChanged
    ]);
    this._options = options;
    this.start();
  }

  protected line(): JSX.Element | null {
    const { session, account, path, trans } = this._options;
    if (!account.mayWrite) {
      return (
        <>
          <lockIcon.react tag="span" elementSize="small" aria-hidden="true" />
          <span role="status" className="jca-DocumentStrip-words">
            {readOnlyWords(trans)}
            {' · '}
            {trans.__('your account has no right to write files here')}
          </span>
        </>
      );
    }
    const here = path();
    const lock = lockOn(session.documents.get(here), null);
    if (here === null || lock === null) {
      return null;
    }
    const { me, live } = session;
    const now = Date.now();
    const request = requestWords(lock, me, now, trans);
    return (
      <>
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
          ({ label, run }) => (
            <button
              key={label}
              type="button"
              className="jca-SmallButton"
              onClick={run}
            >
              {label}
            </button>
          )
        )}
      </>
    );
  }

  private readonly _options: ILockStripOptions;
}
