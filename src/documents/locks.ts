/** Questions about the locks of a document; pure. */

import { DocumentState, Lock, LockRequest } from '../protocol.gen';

/** What a lock is on: a cell, or the whole document (`cellId` is null). */
export interface ILockTarget {
  readonly path: string;
  readonly cellId: string | null;
}

/** A lock and the document that it is in. */
export interface ILockPlace {
  readonly path: string;
  readonly lock: Lock;
}

/** The lock that is exactly on a cell, or on the document as a whole. */
export function lockOn(
  state: DocumentState | null,
  cellId: string | null
): Lock | null {
  const found = state?.locks.find(lock =>
    cellId === null
      ? lock.scope === 'document'
      : lock.scope === 'cell' && lock.cell_id === cellId
  );
  return found ?? null;
}

/**
 * The lock that keeps somebody from changing a cell; of a file without cells
 * `cellId` is null. Ranges keep nobody from anything.
 */
export function blockerOf(
  state: DocumentState | null,
  cellId: string | null,
  me: string
): Lock | null {
  for (const id of new Set([null, cellId])) {
    const lock = lockOn(state, id);
    if (lock && lock.holder !== me) {
      return lock;
    }
  }
  return null;
}

/** Requests that wait for the holder's answer, the oldest first. */
export function waitingRequests(lock: Lock): LockRequest[] {
  return lock.requests
    .filter(request => request.refused_at === null)
    .sort((a, b) => a.at - b.at);
}

/** What somebody asked for and has not got. */
export function requestBy(lock: Lock, id: string): LockRequest | null {
  return lock.requests.find(request => request.by === id) ?? null;
}

/** Whether somebody may take the lock although its holder keeps it. */
export function mayTake(lock: Lock, id: string, now: number): boolean {
  const request = requestBy(lock, id);
  return request !== null && request.may_take_at <= now;
}

/** All locks of some documents: by file, whole documents before cells. */
export function lockList(states: Iterable<DocumentState>): ILockPlace[] {
  const order = (lock: Lock): number =>
    lock.scope === 'document' ? -1 : (lock.cell_index ?? Infinity);
  return [...states]
    .sort((a, b) => a.path.localeCompare(b.path))
    .flatMap(({ path, locks }) =>
      [...locks]
        .sort((a, b) => order(a) - order(b) || a.since - b.since)
        .map(lock => ({ path, lock }))
    );
}
