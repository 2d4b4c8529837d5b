import { TranslationBundle } from '@jupyterlab/translation';
import { lockIcon } from '../documents/icons';
import { requestWords } from '../documents/lockMenu';
import { lockOn, waitingRequests } from '../documents/locks';
import {
  holderName,
  lockedHere,
  shortTimeLeft,
  untilWords
} from '../documents/lockWords';
import { DocumentState } from '../protocol.gen';
import { safeColor } from './guests';
import { ISessionView } from '../tokens';

/** What a cell's corner says about its lock. */
export interface ILockMark {
  readonly isMine: boolean;
  /** Somebody waits for me. */
  readonly isWanted: boolean;
  /** There is no connection: this is how it was. */
  readonly isOld: boolean;
  readonly color: string;
  /** "Ann · 12 min". */
  readonly text: string;
  /** "Ann locked this cell · 12 min left, until 10:42". */
  readonly title: string;
}

/** The mark of a cell's own lock; null for none. */
export function lockMark(
  state: DocumentState | null,
  cellId: string,
  session: Pick<ISessionView, 'me' | 'live' | 'participants'>,
  now: number,
  trans: TranslationBundle
): ILockMark | null {
  const lock = lockOn(state, cellId);
  if (lock === null) {
    return null;
  }
  const { me, live, participants } = session;
  const isMine = lock.holder === me;
  const waiting = isMine ? waitingRequests(lock) : [];
  const asked = requestWords(lock, me, now, trans);
  const title = [
    lockedHere({ path: state!.path, lock }, me, trans),
    untilWords(lock.expires_at, now, trans),
    ...waiting.map(({ by_name }) => trans.__('%1 asks for it', by_name)),
    ...(asked === null ? [] : [asked]),
    ...(live ? [] : [trans.__('as last known')])
  ];
  return {
    isMine,
    isWanted: waiting.length > 0,
    isOld: !live,
    color: safeColor(participants[lock.holder]?.profile.color ?? ''),
    text: trans.__(
      '%1 · %2',
      holderName(lock, me, trans),
      waiting.length
        ? trans.__('%1 asks', waiting[0].by_name)
        : asked !== null
          ? trans.__('you asked')
          : shortTimeLeft(lock.expires_at, now, trans)
    ),
    title: title.join(' · ')
  };
}

/** Draw it; a click says what can be done about it. */
export function drawLockBadge(
  mark: ILockMark,
  onClick: (badge: HTMLElement) => void
): HTMLElement {
  const badge = document.createElement('button');
  badge.type = 'button';
  badge.className = 'jca-LockBadge';
  badge.classList.toggle('jca-mod-mine', mark.isMine);
  badge.classList.toggle('jca-mod-wanted', mark.isWanted);
  badge.classList.toggle('jca-mod-old', mark.isOld);
  badge.style.setProperty('--jca-color', mark.color || null);
  badge.title = mark.title;
  badge.setAttribute('aria-label', mark.title);
  badge.setAttribute('aria-haspopup', 'menu');
  const text = document.createElement('span');
  text.textContent = mark.text;
  badge.append(lockIcon.element({ tag: 'span' }), text);
  badge.addEventListener('click', event => {
    event.stopPropagation();
    onClick(badge);
  });
  return badge;
}
