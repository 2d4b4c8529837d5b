/** What people read about locks. */

import { TranslationBundle } from '@jupyterlab/translation';
import { clockTime } from '../panel/time';
import { Lock, Range } from '../protocol.gen';
import { ILockPlace } from './locks';

type Trans = TranslationBundle;

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** What a lock's ids are called. */
export interface ILockNames {
  /** "cell 4 · sales.ipynb", or "sales.ipynb". */
  describe(place: INamedPlace): string;
}

/** Where a cell was (from 0) names it while its notebook is not open. */
export interface INamedPlace {
  readonly path: string;
  readonly cell_id?: string | null;
  readonly cell_index?: number | null;
  readonly selection?: Range | null;
}

/** "12 min left". */
export function timeLeft(until: number, now: number, trans: Trans): string {
  const left = until - now;
  if (left < MINUTE) {
    return trans.__('less than a minute left');
  }
  if (left < 2 * HOUR) {
    return trans.__('%1 min left', Math.floor(left / MINUTE));
  }
  return trans.__('%1 h left', Math.floor(left / HOUR));
}

/** "12 min": in a corner there is little room. */
export function shortTimeLeft(
  until: number,
  now: number,
  trans: Trans
): string {
  const left = until - now;
  if (left < MINUTE) {
    return trans.__('< 1 min');
  }
  return left < 2 * HOUR
    ? trans.__('%1 min', Math.floor(left / MINUTE))
    : trans.__('%1 h', Math.floor(left / HOUR));
}

/** "12 min left (until 10:42)". */
export function untilWords(until: number, now: number, trans: Trans): string {
  return trans.__(
    '%1 (until %2)',
    timeLeft(until, now, trans),
    clockTime(until)
  );
}

/** "Ann", "You". */
export function holderName(lock: Lock, me: string, trans: Trans): string {
  return lock.holder === me ? trans.__('You') : lock.holder_name;
}

/** "Ann locked this cell": said where the thing itself is seen. */
export function lockedHere(
  { path, lock }: ILockPlace,
  me: string,
  trans: Trans
): string {
  const mine = lock.holder === me;
  const name = lock.holder_name;
  if (lock.scope !== 'document') {
    return mine
      ? trans.__('You locked this cell')
      : trans.__('%1 locked this cell', name);
  }
  if (path.endsWith('.ipynb')) {
    return mine
      ? trans.__('You locked this notebook')
      : trans.__('%1 locked this notebook', name);
  }
  return mine
    ? trans.__('You locked this file')
    : trans.__('%1 locked this file', name);
}

/** Of an account without the right to change files. */
export function readOnlyWords(trans: Trans): string {
  return trans.__('You may read this, not change it');
}

/** "cell 4 · sales.ipynb". */
export function lockedPlace(
  { path, lock }: ILockPlace,
  names: Pick<ILockNames, 'describe'>
): string {
  const { cell_id, cell_index } = lock;
  return names.describe({ path, cell_id, cell_index });
}
