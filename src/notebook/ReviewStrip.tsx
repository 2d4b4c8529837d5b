import * as React from 'react';
import { IStripOptions, Strip } from './strip';

export interface IReviewStripOptions extends IStripOptions {
  /** Show in the panel what has to be decided. */
  showReview(): void;
}

/** Says of a document that something in it waits for a decision. */
export class ReviewStrip extends Strip {
  constructor(options: IReviewStripOptions) {
    super([options.session.documents.changed, options.pathChanged]);
    this._options = options;
    this.start();
  }

  protected line(): JSX.Element | null {
    const { session, path, trans, showReview } = this._options;
    const state = session.documents.get(path());
    const conflicts = state?.conflicts.length ?? 0;
    const proposals = state?.proposals.length ?? 0;
    const waiting: string[] = [];
    if (proposals > 0) {
      waiting.push(
        trans._n('%1 proposal to review', '%1 proposals to review', proposals)
      );
    }
    if (conflicts > 0) {
      waiting.push(
        trans._n('%1 conflict to decide', '%1 conflicts to decide', conflicts)
      );
    }
    return waiting.length === 0 ? null : (
      <>
        <span role="status" className="jca-DocumentStrip-words">
          {waiting.join(' · ')}
        </span>
        <button type="button" className="jca-SmallButton" onClick={showReview}>
          {trans.__('Review')}
        </button>
      </>
    );
  }

  private readonly _options: IReviewStripOptions;
}
