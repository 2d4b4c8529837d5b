import { ServerConnection } from '@jupyterlab/services';
import { TranslationBundle } from '@jupyterlab/translation';
import type { Parser } from '@lezer/common';
import * as React from 'react';
import { Account } from '../documents/account';
import { Documents } from '../documents/documents';
import { INamedPlace } from '../documents/lockWords';
import { CellType, Participant } from '../protocol.gen';
import { ProposalSource } from './proposalDetails';

/** The session through which people review. */
export interface IReviewSession {
  readonly me: string;
  readonly live: boolean;
  readonly permissions: ReadonlySet<string>;
  readonly participants: Readonly<Record<string, Participant>>;
  readonly documents: Documents;
}

/** Reads the language of a file, or of a notebook's cell. */
export type FindParser = (
  path: string,
  cellType: CellType | null
) => Promise<Parser | null>;

/** What everything that is reviewed needs of the world around it. */
export interface IReview {
  readonly session: IReviewSession;
  readonly settings: ServerConnection.ISettings;
  readonly account: Account;
  readonly proposals: ProposalSource;
  readonly parser: FindParser;
  readonly trans: TranslationBundle;
  /** "cell 4 · sales.ipynb". */
  describe(place: INamedPlace): string;
}

const Review = React.createContext<IReview | null>(null);

export const ReviewProvider = Review.Provider;

export function useReview(): IReview {
  const review = React.useContext(Review);
  if (!review) {
    throw new Error('a part of the review is drawn without its surroundings');
  }
  return review;
}

/** Whether somebody may accept and reject, now. */
export function mayDecide({ session, account }: IReview): boolean {
  return session.live && account.mayWrite && session.permissions.has('review');
}

/** Whether somebody may propose and comment, now. */
export function mayPropose({ session }: IReview): boolean {
  return session.live && session.permissions.has('propose');
}
