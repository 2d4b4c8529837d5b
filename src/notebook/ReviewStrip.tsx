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
    const conflicts = session.documents.get(path())?.conflicts.length ?? 0;
    return conflicts === 0 ? null : (
      <>
        <span role="status" className="jca-DocumentStrip-words">
          {trans._n(
            '%1 conflict to decide',
            '%1 conflicts to decide',
            conflicts
          )}
        </span>
        <button type="button" className="jca-SmallButton" onClick={showReview}>
          {trans.__('Review')}
        </button>
      </>
    );
  }

  private readonly _options: IReviewStripOptions;
}
