import * as React from 'react';
import { useServices } from './context';
import { exactTime, relativeTime } from './time';
import { useNow } from './useNow';

/** It is drawn anew this often, in ms. */
const TICK = 15_000;

/** "5 min ago", and so as long as it is looked at; when exactly, on hover. */
export function Ago(props: { at: number; className?: string }): JSX.Element {
  const { trans } = useServices();
  const { at, className } = props;
  const now = useNow(TICK);
  return (
    <time
      className={className}
      dateTime={new Date(at).toISOString()}
      title={exactTime(at)}
      // that time goes by is no news of the log that it stands in
      aria-live="off"
    >
      {relativeTime(at, now, trans)}
    </time>
  );
}
