import { TranslationBundle } from '@jupyterlab/translation';
import { MenuEntry, openMenu } from '../panel/menu';
import { clockTime } from '../panel/time';
import { Lock } from '../protocol.gen';
import { ILockSession, lockActions } from './lockActions';
import { ILockTarget, lockOn, mayTake, requestBy } from './locks';
import { lockedHere, untilWords } from './lockWords';

/** How my request stands; null when I have asked for nothing. */
export function requestWords(
  lock: Lock,
  me: string,
  now: number,
  trans: TranslationBundle
): string | null {
  const request = requestBy(lock, me);
  if (request === null) {
    return null;
  }
  if (mayTake(lock, me, now)) {
    return trans.__('You asked: you may take it over now');
  }
  const from = clockTime(request.may_take_at);
  return request.refused_at === null
    ? trans.__('You asked · you may take it over at %1', from)
    : trans.__(
        '%1 keeps it · you may take it over at %2',
        lock.holder_name,
        from
      );
}

/** Say below a lock's sign whose it is, and offer what can be done. */
export function openLockMenu(
  below: HTMLElement,
  { path, cellId }: ILockTarget,
  session: ILockSession,
  trans: TranslationBundle
): void {
  const lock = lockOn(session.documents.get(path), cellId);
  if (!lock) {
    return; // it has just ended
  }
  const { me } = session;
  const now = Date.now();
  const title = lockedHere({ path, lock }, me, trans);
  const said = [
    title,
    untilWords(lock.expires_at, now, trans),
    requestWords(lock, me, now, trans),
    session.live ? null : trans.__('Not connected')
  ];
  const words = said
    .filter((line): line is string => line !== null)
    .map(label => ({ label, disabled: true }));
  const actions: MenuEntry[] = lockActions(
    { path, lock },
    session,
    now,
    trans
  ).map(({ label, run }) => ({ label, run }));
  const line: MenuEntry[] = actions.length ? [null] : [];
  openMenu(below, [...words, ...line, ...actions], title);
}
