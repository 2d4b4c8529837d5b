import * as React from 'react';
import { ContextHistory } from '../protocol.gen';
import { contextHistory, reason } from '../request';
import { useServices, useSession } from './context';
import { dateTime, exactTime } from './time';

/** What a key was before, newest first. */
export function ContextVersions(props: {
  contextKey: string;
  version: number;
}): JSX.Element {
  const { collab, trans } = useServices();
  const session = useSession();
  const { contextKey, version } = props;
  const [found, setFound] = React.useState<ContextHistory | null>(null);
  const [problem, setProblem] = React.useState<string | null>(null);
  React.useEffect(() => {
    let wanted = true;
    contextHistory(session.sessionId, contextKey, collab.settings).then(
      history => wanted && setFound(history),
      error => wanted && setProblem(reason(error))
    );
    return () => {
      wanted = false;
    };
  }, [session, contextKey, version]);
  return (
    <ol
      className="jca-Versions"
      aria-label={trans.__('Earlier values of %1', contextKey)}
    >
      {problem && <li role="alert">{problem}</li>}
      {found?.history.map(entry => (
        <li key={entry.version}>
          {session.nameOf(entry.by)}
          {' · '}
          <time
            dateTime={new Date(entry.at).toISOString()}
            title={exactTime(entry.at)}
          >
            {dateTime(entry.at)}
          </time>
          <pre>{JSON.stringify(entry.value)}</pre>
        </li>
      ))}
    </ol>
  );
}
