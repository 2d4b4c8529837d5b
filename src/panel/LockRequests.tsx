import { Button } from '@jupyterlab/ui-components';
import * as React from 'react';
import { lockActions } from '../documents/lockActions';
import { lockList, waitingRequests } from '../documents/locks';
import { lockedPlace } from '../documents/lockWords';
import { useServices, useSession } from './context';
import { useSignal } from './useSignal';

/** Who waits for a lock of mine; an answer is one click. */
export function LockRequests(): JSX.Element | null {
  const { trans, workspace } = useServices();
  const session = useSession();
  useSignal(session.documents.changed);
  useSignal(session.connectionChanged);
  const wanted = lockList(session.documents.all).filter(
    ({ lock }) => lock.holder === session.me && waitingRequests(lock).length > 0
  );
  if (wanted.length === 0) {
    return null;
  }
  return (
    <ul className="jca-Invitations" aria-label={trans.__('Asked of you')}>
      {wanted.map(place => (
        <li key={place.lock.lock_id}>
          <span>
            {trans.__(
              '%1 asks for %2',
              waitingRequests(place.lock)
                .map(({ by_name }) => by_name)
                .join(', '),
              lockedPlace(place, workspace)
            )}
          </span>
          {lockActions(place, session, Date.now(), trans)
            .filter(({ kind }) => kind === 'hand_over' || kind === 'keep')
            .map(({ kind, label, run }) => (
              <Button
                key={label}
                small
                minimal={kind === 'keep'}
                className={kind === 'hand_over' ? 'jca-mod-accept' : undefined}
                onClick={run}
              >
                {label}
              </Button>
            ))}
        </li>
      ))}
    </ul>
  );
}
