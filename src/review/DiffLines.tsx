import * as React from 'react';
import { IDiffLine } from './diff';
import { useReview } from './reviewContext';

const SIGNS = { context: ' ', removed: '−', added: '+' } as const;

/** Lines that stay, go and come. */
export function DiffLines(props: {
  lines: readonly IDiffLine[];
}): JSX.Element | null {
  const { trans } = useReview();
  const spoken = {
    context: '',
    removed: trans.__('removed: '),
    added: trans.__('added: ')
  };
  if (props.lines.length === 0) {
    return null;
  }
  return (
    <div className="jca-Diff" tabIndex={0} role="group">
      {props.lines.map(({ kind, number, pieces }, index) => (
        <div key={index} className={`jca-Diff-line jca-mod-${kind}`}>
          <span className="jca-Diff-number" aria-hidden="true">
            {number}
          </span>
          <span className="jca-Diff-sign" aria-hidden="true">
            {SIGNS[kind]}
          </span>
          <code>
            {spoken[kind] && <span className="jca-Spoken">{spoken[kind]}</span>}
            {pieces.map(({ text, classes, changed }, at) => (
              <span
                key={at}
                className={changed ? `${classes} jca-mod-changed` : classes}
              >
                {text}
              </span>
            ))}
          </code>
        </div>
      ))}
    </div>
  );
}
