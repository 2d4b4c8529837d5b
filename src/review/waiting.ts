/** What waits for a decision, and what of it one wants to see; pure. */

import { DocumentState } from '../protocol.gen';
import { conflictList, IConflictPlace } from './conflicts';
import { IProposalPlace, proposalList } from './proposals';

export type Waiting =
  | ({ readonly kind: 'proposal' } & IProposalPlace)
  | ({ readonly kind: 'conflict' } & IConflictPlace);

export interface IFilter {
  readonly kind: 'all' | 'proposal' | 'conflict';
  /** Null: in all files. */
  readonly path: string | null;
  readonly by: 'anyone' | 'agents' | 'people' | 'me';
}

export const NO_FILTER: IFilter = { kind: 'all', path: null, by: 'anyone' };

/** All that waits in some documents, by file, proposals first. */
export function waitingIn(states: readonly DocumentState[]): Waiting[] {
  return states
    .flatMap((state): Waiting[] => [
      ...proposalList([state]).map(
        place => ({ kind: 'proposal', ...place }) as const
      ),
      ...conflictList([state]).map(
        place => ({ kind: 'conflict', ...place }) as const
      )
    ])
    .sort((a, b) => a.path.localeCompare(b.path));
}

export function filtered(
  waiting: readonly Waiting[],
  { kind, path, by }: IFilter,
  me: string
): Waiting[] {
  return waiting.filter(one => {
    const maker = one.kind === 'proposal' ? one.proposal.by : one.conflict.by;
    return (
      (kind === 'all' || one.kind === kind) &&
      (path === null || one.path === path) &&
      (by === 'anyone' ||
        (by === 'me' && maker === me) ||
        (by === 'agents' && maker.startsWith('agent:')) ||
        (by === 'people' && maker.startsWith('user:')))
    );
  });
}
