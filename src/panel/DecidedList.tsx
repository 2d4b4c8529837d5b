import { ServerConnection } from '@jupyterlab/services';
import * as React from 'react';
import { ListedConflict, ListedProposal } from '../protocol.gen';
import { listConflicts, listProposals, reason } from '../request';
import { conflictWords, keptWords } from '../review/conflicts';
import { decidedWords, proposesWords } from '../review/proposals';
import { Chips } from './Chips';
import { useServices, useSession } from './context';
import { Notice } from './Notice';
import { exactTime, relativeTime } from './time';

const PAGE = 50;
const OVER = 'accepted,rejected,partly_accepted,withdrawn';

type Decided =
  | ({ readonly kind: 'conflict'; readonly at: number } & ListedConflict)
  | ({ readonly kind: 'proposal'; readonly at: number } & ListedProposal);

async function decidedThings(
  settings: ServerConnection.ISettings
): Promise<Decided[]> {
  const [{ conflicts }, { proposals }] = await Promise.all([
    listConflicts({ status: 'decided', limit: PAGE }, settings),
    listProposals({ status: OVER, limit: PAGE }, settings)
  ]);
  const all: Decided[] = [
    ...conflicts.map(
      one =>
        ({
          kind: 'conflict',
          at: one.decided_at ?? one.conflict.at,
          ...one
        }) as const
    ),
    ...proposals.map(
      one => ({ kind: 'proposal', at: one.proposal.at, ...one }) as const
    )
  ];
  return all.sort((a, b) => b.at - a.at);
}

/** Conflicts and proposals that are decided, the newest first. */
export function DecidedList(): JSX.Element {
  const { collab, trans } = useServices();
  const [found, setFound] = React.useState<readonly Decided[] | null>(null);
  const [problem, setProblem] = React.useState<string | null>(null);
  React.useEffect(() => {
    let wanted = true;
    decidedThings(collab.settings).then(
      things => wanted && setFound(things),
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
        text={trans.__('The decisions could not be loaded.')}
        detail={problem}
      />
    );
  }
  if (found === null) {
    return <Notice text={trans.__('Loading…')} />;
  }
  if (found.length === 0) {
    return <Notice text={trans.__('Nothing was decided yet.')} />;
  }
  return (
    <ul className="jca-Review-list" aria-label={trans.__('Decided')}>
      {found.map(one => (
        <li
          key={
            one.kind === 'conflict'
              ? one.conflict.conflict_id
              : one.proposal.proposal_id
          }
        >
          <DecidedItem one={one} />
        </li>
      ))}
    </ul>
  );
}

function DecidedItem({ one }: { one: Decided }): JSX.Element {
  const { trans } = useServices();
  const session = useSession();
  const { path, at } = one;
  const when = (
    <time dateTime={new Date(at).toISOString()} title={exactTime(at)}>
      {relativeTime(at, Date.now(), trans)}
    </time>
  );
  if (one.kind === 'conflict') {
    const { conflict, kept, decided_by } = one;
    return (
      <>
        <Chips places={[{ path, cell_id: conflict.cell_id }]} />
        <p className="jca-Review-words">
          {conflictWords(conflict, session.me, trans)}
        </p>
        <p className="jca-Review-by">
          {kept &&
            decided_by &&
            `${session.nameOf(decided_by)} ${keptWords(kept, trans)} · `}
          {when}
        </p>
      </>
    );
  }
  const { proposal } = one;
  return (
    <>
      <Chips places={[{ path }]} />
      <p className="jca-Review-words">
        {proposesWords(proposal, session.me, trans)}
        {proposal.title && ` · ${proposal.title}`}
      </p>
      <p className="jca-Review-by">
        {decidedWords(proposal, trans)}
        {' · '}
        {when}
      </p>
    </>
  );
}
