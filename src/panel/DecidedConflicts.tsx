import * as React from 'react';
import { conflictWords, keptWords } from '../documents/conflicts';
import { ListedConflict } from '../protocol.gen';
import { listConflicts, reason } from '../request';
import { Chips } from './Chips';
import { useServices, useSession } from './context';
import { Notice } from './Notice';
import { exactTime, relativeTime } from './time';

const PAGE = 50;

/** Conflicts that somebody has decided, the newest first. */
export function DecidedConflicts(): JSX.Element {
  const { collab, trans } = useServices();
  const session = useSession();
  const [found, setFound] = React.useState<readonly ListedConflict[] | null>(
    null
  );
  const [problem, setProblem] = React.useState<string | null>(null);
  React.useEffect(() => {
    let wanted = true;
    listConflicts({ status: 'decided', limit: PAGE }, collab.settings).then(
      ({ conflicts }) => wanted && setFound(conflicts),
      error => wanted && setProblem(reason(error))
    );
    return () => {
      wanted = false;
    };
  }, [collab]);
  if (problem !== null) {
    return (
      <Notice
        tone="error"
        text={trans.__('The conflicts could not be loaded.')}
        detail={problem}
      />
    );
  }
  if (found === null) {
    return <Notice text={trans.__('Loading…')} />;
  }
  if (found.length === 0) {
    return <Notice text={trans.__('No conflict was decided yet.')} />;
  }
  return (
    <ul className="jca-Review-list" aria-label={trans.__('Decided')}>
      {found.map(({ path, conflict, kept, decided_by, decided_at }) => (
        <li key={conflict.conflict_id}>
          <Chips places={[{ path, cell_id: conflict.cell_id }]} />
          <p className="jca-Review-words">
            {conflictWords(conflict, session.me, trans)}
          </p>
          {kept && decided_by && decided_at && (
            <p className="jca-Review-by">
              {trans.__(
                '%1 %2',
                session.nameOf(decided_by),
                keptWords(kept, trans)
              )}
              {' · '}
              <time
                dateTime={new Date(decided_at).toISOString()}
                title={exactTime(decided_at)}
              >
                {relativeTime(decided_at, Date.now(), trans)}
              </time>
            </p>
          )}
        </li>
      ))}
    </ul>
  );
}
