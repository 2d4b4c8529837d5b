import * as React from 'react';
import { messageHistory, reason } from '../request';
import { MessageVersion } from '../protocol.gen';
import { useServices, useSession } from './context';
import { dateTime, exactTime } from './time';

/** "edited"; opened, it shows the texts that the message had before. */
export function MessageVersions(props: {
  messageId: string;
  edits: number;
}): JSX.Element {
  const { collab, trans } = useServices();
  const session = useSession();
  const { messageId, edits } = props;
  const [open, setOpen] = React.useState(false);
  const [versions, setVersions] = React.useState<MessageVersion[] | null>(null);
  const [problem, setProblem] = React.useState<string | null>(null);

  React.useEffect(() => {
    if (!open) {
      return;
    }
    let wanted = true;
    messageHistory(session.sessionId, messageId, collab.settings).then(
      found => wanted && setVersions(found),
      error => wanted && setProblem(reason(error))
    );
    return () => {
      wanted = false;
    };
  }, [open, messageId, edits]);

  return (
    <>
      <button
        type="button"
        className="jca-Message-edited"
        aria-expanded={open}
        title={trans.__('Show earlier texts')}
        onClick={() => setOpen(!open)}
      >
        {trans.__('edited')}
      </button>
      {open && (
        <ol
          className="jca-Versions"
          aria-label={trans.__('Earlier texts')}
          onKeyDown={event => event.key === 'Escape' && setOpen(false)}
        >
          {problem && <li role="alert">{problem}</li>}
          {versions?.slice(0, -1).map(version => (
            <li key={version.seq}>
              <time
                dateTime={new Date(version.at).toISOString()}
                title={exactTime(version.at)}
              >
                {dateTime(version.at)}
              </time>
              <pre>{version.body}</pre>
            </li>
          ))}
        </ol>
      )}
    </>
  );
}
