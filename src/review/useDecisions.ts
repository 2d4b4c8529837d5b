import * as React from 'react';
import { DocumentWish } from '../documents/documents';
import { reason } from '../request';
import { IReview } from './reviewContext';

export interface IDecisions {
  readonly busy: boolean;
  /** Why the last one was refused. */
  readonly problem: string | null;
  accept(hunks: string[], ask: boolean): void;
  reject(hunks: string[]): void;
  withdraw(): void;
}

/** Decide about a proposal. */
export function useDecisions(review: IReview, proposal_id: string): IDecisions {
  const { session, proposals } = review;
  const [busy, setBusy] = React.useState(false);
  const [problem, setProblem] = React.useState<string | null>(null);
  const run = async (wish: DocumentWish): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      await session.documents.command(wish);
    } catch (error) {
      setProblem(reason(error));
      // what it fits may be the reason
      void proposals.fetch(proposal_id);
    } finally {
      setBusy(false);
    }
  };
  return {
    busy,
    problem,
    accept: (hunks, ask) =>
      void run({ type: 'edit.accept', proposal_id, hunks, ask }),
    reject: hunks => void run({ type: 'edit.reject', proposal_id, hunks }),
    withdraw: () => void run({ type: 'edit.withdraw', proposal_id })
  };
}
