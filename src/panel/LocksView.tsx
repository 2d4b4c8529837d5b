import { Button } from '@jupyterlab/ui-components';
import * as React from 'react';
import { lockIcon } from '../documents/icons';
import { lockActions } from '../documents/lockActions';
import { requestWords } from '../documents/lockMenu';
import { ILockPlace, lockList } from '../documents/locks';
import { holderName, lockedPlace, timeLeft } from '../documents/lockWords';
import { Avatar } from './Avatar';
import { useServices, useSession } from './context';
import { Notice } from './Notice';
import { exactTime } from './time';
import { useNow } from './useNow';
import { useSignal } from './useSignal';

/** The time that is left is drawn anew this often, in ms. */
const TICK = 15_000;

/** Who locked what, in the files of the session and those open here. */
export function LocksView(): JSX.Element {
  const { trans } = useServices();
  const session = useSession();
  useSignal(session.documents.changed);
  useSignal(session.connectionChanged);
  useSignal(session.participantsChanged);
  const now = useNow(TICK);
  const places = lockList(session.documents.all);
  if (places.length === 0) {
    return (
      <Notice
        text={trans.__('Nothing is locked.')}
        detail={trans.__(
          'The padlock in the toolbar of a cell or a notebook locks it for you: others can run it, but not change it.'
        )}
      />
    );
  }
  return (
    <div className="jca-View jca-Locks">
      {!session.live && (
        <p className="jca-Locks-old">
          {trans.__('Not connected: these are the locks as last known.')}
        </p>
      )}
      <ul className="jca-Locks-list" aria-label={trans.__('Locks')}>
        {places.map(place => (
          <LockItem key={place.lock.lock_id} place={place} now={now} />
        ))}
      </ul>
    </div>
  );
}

function LockItem(props: { place: ILockPlace; now: number }): JSX.Element {
  const { trans, workspace } = useServices();
  const session = useSession();
  const { place, now } = props;
  const { path, lock } = place;
  const { me } = session;
  const what = lockedPlace(place, workspace);
  const goThere = async (): Promise<void> => {
    const { cell_id } = lock;
    if (!(await workspace.reveal({ path, cell_id }))) {
      session.refused.emit(trans.__('%1 is not there any more', what));
    }
  };
  const request = requestWords(lock, me, now, trans);
  return (
    <li className="jca-Locks-item">
      <Avatar
        participantId={lock.holder}
        participant={session.participants[lock.holder] ?? null}
      />
      <div className="jca-Locks-words">
        <button
          type="button"
          className="jca-Chip jca-Locks-place"
          title={trans.__('Go to %1', what)}
          onClick={() => void goThere()}
        >
          <lockIcon.react tag="span" elementSize="small" aria-hidden="true" />
          <span className="jca-Chip-label">{what}</span>
        </button>
        <span className="jca-Locks-by">
          {holderName(lock, me, trans)}
          {' · '}
          <time
            dateTime={new Date(lock.expires_at).toISOString()}
            title={exactTime(lock.expires_at)}
          >
            {timeLeft(lock.expires_at, now, trans)}
          </time>
        </span>
        {lock.scope === 'range' && (
          <span className="jca-Locks-by">
            {trans.__('a part of it: a sign to others, no bar')}
          </span>
        )}
        {request && <span className="jca-Locks-by">{request}</span>}
        <div className="jca-Locks-actions">
          {lockActions(place, session, now, trans).map(
            ({ kind, label, run }) => (
              <Button
                key={label}
                small
                className={kind === 'hand_over' ? 'jca-mod-accept' : undefined}
                onClick={run}
              >
                {label}
              </Button>
            )
          )}
        </div>
      </div>
    </li>
  );
}
