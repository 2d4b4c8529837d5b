import { CloseCode } from '../protocol.gen';

/** Why a connection will not come back by itself. */
export type Ending =
  'removed' | 'gone' | 'forbidden' | 'reload' | 'protocol' | 'closed';

export type AfterClose = { kind: 'retry' } | { kind: 'end'; reason: Ending };

/** Standard codes that tell us to stay away: what we sent was not understood. */
const MISUNDERSTOOD = new Set([1002, 1003, 1007, 1008, 1009, 1010]);

/** What to do when a socket has closed with this code. */
export function afterClose(code: number): AfterClose {
  if (code < 4500) {
    return MISUNDERSTOOD.has(code)
      ? { kind: 'end', reason: 'protocol' }
      : { kind: 'retry' };
  }
  switch (code) {
    case CloseCode.REMOVED:
      return { kind: 'end', reason: 'removed' };
    case CloseCode.GONE:
      return { kind: 'end', reason: 'gone' };
    case CloseCode.FORBIDDEN:
      return { kind: 'end', reason: 'forbidden' };
    case CloseCode.UNSUPPORTED_PROTOCOL:
      return { kind: 'end', reason: 'reload' };
    default:
      return { kind: 'end', reason: 'protocol' };
  }
}

const FIRST_DELAY = 200;
const LONGEST_DELAY = 15_000;

/**
 * Milliseconds to wait before the next attempt (the first is 0): doubling, and
 * spread by `random` (0 to 1) so that a thousand browsers do not return at once.
 */
export function backoff(attempt: number, random: number): number {
  const longest = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** attempt);
  return Math.round(longest * (0.5 + random / 2));
}
