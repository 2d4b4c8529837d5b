/** What one can do about a lock, now; the same wherever it is offered. */

import { Dialog, Notification, showDialog } from '@jupyterlab/apputils';
import { TranslationBundle } from '@jupyterlab/translation';
import { isOwner } from '../model/people';
import { Participant } from '../protocol.gen';
import { reason } from '../request';
import { Documents, DocumentWish } from './documents';
import { ILockPlace, mayTake, requestBy, waitingRequests } from './locks';

export type LockActionKind =
  'ask' | 'take' | 'hand_over' | 'keep' | 'prolong' | 'release';

export interface ILockAction {
  readonly kind: LockActionKind;
  readonly label: string;
  run(): void;
}

/** The session through which it is done. */
export interface ILockSession {
  readonly me: string;
  readonly live: boolean;
  readonly permissions: ReadonlySet<string>;
  readonly participants: Readonly<Record<string, Participant>>;
  readonly documents: Documents;
}

/** Do something about a document; a refusal is told at once. */
export function perform(session: ILockSession, wish: DocumentWish): void {
  session.documents
    .command(wish)
    .catch(error => Notification.error(reason(error), { autoClose: 8000 }));
}

/** The first is what one most likely wants; none without a connection. */
export function lockActions(
  { path, lock }: ILockPlace,
  session: ILockSession,
  now: number,
  trans: TranslationBundle
): ILockAction[] {
  const { me } = session;
  const { lock_id } = lock;
  const does = (wish: DocumentWish) => () => perform(session, wish);
  if (!session.live) {
    return [];
  }
  if (lock.holder === me) {
    const waiting = waitingRequests(lock);
    const actions: ILockAction[] = waiting.map(({ by, by_name }) => ({
      kind: 'hand_over',
      label: trans.__('Hand over to %1', by_name),
      run: does({ type: 'lock.hand_over', path, lock_id, to: by })
    }));
    if (waiting.length) {
      actions.push({
        kind: 'keep',
        label: trans.__('Keep it'),
        run: does({ type: 'lock.refuse', path, lock_id })
      });
    }
    actions.push(
      {
        kind: 'release',
        label: trans.__('Release'),
        run: does({ type: 'lock.release', path, lock_id })
      },
      {
        kind: 'prolong',
        label: trans.__('Prolong'),
        run: does({ type: 'lock.renew', path, lock_id })
      }
    );
    return actions;
  }
  if (!session.permissions.has('lock')) {
    return [];
  }
  const actions: ILockAction[] = [];
  if (requestBy(lock, me) === null) {
    actions.push({
      kind: 'ask',
      label: trans.__('Ask for it'),
      run: does({ type: 'lock.request', path, lock_id })
    });
  }
  if (mayTake(lock, me, now) || isOwner(session.participants[me])) {
    actions.push({
      kind: 'take',
      label: trans.__('Take it over'),
      run: () =>
        void confirmTaking(lock.holder_name, trans).then(
          yes => yes && perform(session, { type: 'lock.steal', path, lock_id })
        )
    });
  }
  return actions;
}

async function confirmTaking(
  holder: string,
  trans: TranslationBundle
): Promise<boolean> {
  const { button } = await showDialog({
    title: trans.__('Take the lock from %1?', holder),
    body: trans.__(
      '%1 is told, and cannot go on writing there. What is written stays.',
      holder
    ),
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      Dialog.warnButton({ label: trans.__('Take it over') })
    ]
  });
  return button.accept;
}
