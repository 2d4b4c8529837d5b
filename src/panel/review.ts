import { IReview, IReviewSession } from '../review/reviewContext';
import { IPanelServices } from './context';

/** The surroundings of what is reviewed in a session. */
export function reviewOf(
  { collab, parser, trans, workspace }: IPanelServices,
  session: IReviewSession
): IReview {
  const { settings, account, proposals } = collab;
  return {
    session,
    settings,
    account,
    proposals,
    parser,
    trans,
    describe: place => workspace.describe(place)
  };
}
