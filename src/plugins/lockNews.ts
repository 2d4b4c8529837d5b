import { Notification } from '@jupyterlab/apputils';
import { lockActions, perform } from '../documents/lockActions';
import { ILockPlace, waitingRequests } from '../documents/locks';
import { lockedPlace } from '../documents/lockWords';
import { CollabModel } from '../model/collab';
import { SessionModel } from '../model/session';
import { clockTime } from '../panel/time';
import {
  EditRefused,
  LockRefused,
  LockReleased,
  LockRequested
} from '../protocol.gen';
import { IChoices, IPanelPlace } from './services';

/** What happened longer ago is no news: it comes when a connection is back. */
const NEWS_FOR = 60_000;
const SHOWN_FOR = 10_000;

/** Tell the person at this browser what others do about locks of interest. */
export function tellLocks(
  collab: CollabModel,
  panel: Pick<IPanelPlace, 'services' | 'isVisible'>,
  choices: Pick<IChoices, 'notify'>
): void {
  const { trans, workspace } = panel.services;
  const nameOf = (place: ILockPlace): string => lockedPlace(place, workspace);
  /** Notifications of requests that wait, by lock. */
  const asked = new Map<string, string>();

  const onRequest = (session: SessionModel, event: LockRequested): void => {
    const { path, lock, request } = event;
    // the panel says it above whatever else it shows
    if (!choices.notify || panel.isVisible) {
      return;
    }
    forget(lock.lock_id);
    const actions = lockActions({ path, lock }, session, Date.now(), trans)
      .filter(({ kind }) => kind === 'hand_over' || kind === 'keep')
      .slice(0, 2)
      .map(({ kind, label, run }) => ({
        label,
        displayType: kind === 'hand_over' ? ('accent' as const) : undefined,
        callback: run
      }));
    asked.set(
      lock.lock_id,
      Notification.info(
        trans.__('%1 asks for %2', request.by_name, nameOf({ path, lock })),
        { autoClose: false, actions }
      )
    );
  };
  const forget = (lockId: string): void => {
    const id = asked.get(lockId);
    asked.delete(lockId);
    if (id !== undefined && Notification.manager.has(id)) {
      Notification.dismiss(id);
    }
  };
  /** A request that was answered, here or in another tab, is none any more. */
  const onChanged = (session: SessionModel): void => {
    const waiting = new Set(
      session.documents.all
        .flatMap(({ locks }) => locks)
        .filter(lock => waitingRequests(lock).length > 0)
        .map(lock => lock.lock_id)
    );
    [...asked.keys()].filter(id => !waiting.has(id)).forEach(forget);
  };

  const onRefused = ({ path, lock, request }: LockRefused): void => {
    if (choices.notify) {
      Notification.info(
        trans.__(
          '%1 keeps %2. You may take it over at %3.',
          lock.holder_name,
          nameOf({ path, lock }),
          clockTime(request.may_take_at)
        ),
        { autoClose: SHOWN_FOR }
      );
    }
  };

  const onReleased = (session: SessionModel, event: LockReleased): void => {
    const { path, lock, how, to, actor } = event;
    const { me } = session;
    const what = nameOf({ path, lock });
    if (!choices.notify || Date.now() - event.at > NEWS_FOR) {
      return;
    }
    const tell = (text: string, action?: string): void => {
      Notification.info(text, {
        autoClose: SHOWN_FOR,
        actions: action
          ? [
              {
                label: action,
                displayType: 'accent',
                callback: () =>
                  perform(session, {
                    type: 'lock.acquire',
                    path,
                    cell_id: lock.cell_id,
                    cell_index: lock.cell_index
                  })
              }
            ]
          : []
      });
    };
    if (how === 'handed_over' && to === me) {
      tell(trans.__('%1 handed %2 over to you', lock.holder_name, what));
    } else if (lock.holder === me) {
      switch (how) {
        case 'stolen':
          tell(trans.__('%1 took %2 over', session.nameOf(to ?? actor), what));
          break;
        case 'expired':
          tell(
            trans.__('Your lock on %1 has ended', what),
            trans.__('Lock it again')
          );
          break;
        case 'withdrawn':
          tell(trans.__('Your lock on %1 was withdrawn', what));
          break;
      }
    } else if (to === null && lock.requests.some(({ by }) => by === me)) {
      tell(trans.__('%1 is free', what), trans.__('Lock it'));
    }
  };

  const onPutBack = (event: EditRefused): void => {
    // not news of others but an answer to what was typed: also when undisturbed
    Notification.warning(putBackWords(event, panel), { autoClose: SHOWN_FOR });
  };

  collab.sessionChanged.connect((_, session) => {
    [...asked.keys()].forEach(forget);
    const documents = session?.documents;
    documents?.requested.connect((_, event) => onRequest(session!, event));
    documents?.changed.connect(() => onChanged(session!));
    documents?.refused.connect((_, event) => onRefused(event));
    documents?.released.connect((_, event) => onReleased(session!, event));
    documents?.putBack.connect((_, event) => onPutBack(event));
  });
}

function putBackWords(
  { path, obstacle, locks }: EditRefused,
  panel: Pick<IPanelPlace, 'services'>
): string {
  const { trans, workspace } = panel.services;
  const [lock] = locks;
  return obstacle === 'locked' && lock
    ? trans.__(
        'Your change was put back: %1 locked %2',
        lock.holder_name,
        lockedPlace({ path, lock }, workspace)
      )
    : trans.__(
        'Your change was put back: you may only read %1',
        workspace.describe({ path })
      );
}
