import { Button } from '@jupyterlab/ui-components';
import * as React from 'react';

interface INoticeProps {
  /** What is the matter, and what to do. */
  text: string;
  detail?: string;
  tone?: 'quiet' | 'error';
  action?: { label: string; run(): void };
  /** Other things to do, from the second on. */
  children?: React.ReactNode;
}

/** Words in the middle of an empty panel, with something to do. */
export function Notice(props: INoticeProps): JSX.Element {
  const { text, detail, tone = 'quiet', action, children } = props;
  return (
    <div
      className={`jca-Notice jca-mod-${tone}`}
      role={tone === 'error' ? 'alert' : 'status'}
    >
      <p className="jca-Notice-text">{text}</p>
      {detail && <p className="jca-Notice-detail">{detail}</p>}
      {action && (
        <Button small className="jca-mod-accept" onClick={() => action.run()}>
          {action.label}
        </Button>
      )}
      {children}
    </div>
  );
}
