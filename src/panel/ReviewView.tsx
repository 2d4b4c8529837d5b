import * as React from 'react';
import { ConflictCard } from '../review/ConflictCard';
import { ProposalCard } from '../review/ProposalCard';
import { ReviewProvider } from '../review/reviewContext';
import {
  filtered,
  IFilter,
  NO_FILTER,
  Waiting,
  waitingIn
} from '../review/waiting';
import { Chips } from './Chips';
import { useServices, useSession } from './context';
import { DecidedList } from './DecidedList';
import { Notice } from './Notice';
import { reviewOf } from './review';
import { useSignal } from './useSignal';
import { fileName } from './words';

/** More than so many are folded at first. */
const UNFOLDED = 1;

/** What waits for a decision in documents, and what was decided. */
export function ReviewView(): JSX.Element {
  const services = useServices();
  const session = useSession();
  const { trans } = services;
  const [filter, setFilter] = React.useState(NO_FILTER);
  const [decided, setDecided] = React.useState(false);
  useSignal(session.documents.changed);
  useSignal(session.connectionChanged);
  useSignal(session.permissionsChanged);
  const review = React.useMemo(
    () => reviewOf(services, session),
    [services, session]
  );
  const all = waitingIn(session.documents.all);
  return (
    <ReviewProvider value={review}>
      <div className="jca-View jca-Review">
        <Filters
          filter={filter}
          setFilter={setFilter}
          decided={decided}
          setDecided={setDecided}
          paths={[...new Set(all.map(({ path }) => path))]}
        />
        {decided ? (
          <DecidedList />
        ) : (
          <WaitingList
            waiting={filtered(all, filter, session.me)}
            words={
              all.length
                ? trans.__('Nothing that waits is like that.')
                : trans.__('Nothing waits for a decision.')
            }
          />
        )}
      </div>
    </ReviewProvider>
  );
}

interface IFiltersProps {
  filter: IFilter;
  setFilter(filter: IFilter): void;
  decided: boolean;
  setDecided(decided: boolean): void;
  paths: readonly string[];
}

function Filters(props: IFiltersProps): JSX.Element {
  const { trans } = useServices();
  const { filter, setFilter, decided, setDecided, paths } = props;
  const kinds: Record<string, string> = {
    all: trans.__('all that waits'),
    proposal: trans.__('proposals'),
    conflict: trans.__('conflicts'),
    decided: trans.__('what was decided')
  };
  const makers: Record<IFilter['by'], string> = {
    anyone: trans.__('by anyone'),
    agents: trans.__('by agents'),
    people: trans.__('by people'),
    me: trans.__('by me')
  };
  return (
    <div className="jca-Bar jca-Review-filters">
      <select
        aria-label={trans.__('What to show')}
        value={decided ? 'decided' : filter.kind}
        onChange={({ target: { value } }) => {
          setDecided(value === 'decided');
          if (value !== 'decided') {
            setFilter({ ...filter, kind: value as IFilter['kind'] });
          }
        }}
      >
        {Object.entries(kinds).map(([kind, words]) => (
          <option key={kind} value={kind}>
            {words}
          </option>
        ))}
      </select>
      {!decided && (
        <>
          <select
            aria-label={trans.__('Whose')}
            value={filter.by}
            onChange={event =>
              setFilter({ ...filter, by: event.target.value as IFilter['by'] })
            }
          >
            {Object.entries(makers).map(([by, words]) => (
              <option key={by} value={by}>
                {words}
              </option>
            ))}
          </select>
          {(paths.length > 1 || filter.path !== null) && (
            <select
              aria-label={trans.__('In which file')}
              value={filter.path ?? ''}
              onChange={event =>
                setFilter({ ...filter, path: event.target.value || null })
              }
            >
              <option value="">{trans.__('in all files')}</option>
              {paths.map(path => (
                <option key={path} value={path} title={path}>
                  {fileName(path)}
                </option>
              ))}
            </select>
          )}
        </>
      )}
    </div>
  );
}

function WaitingList(props: {
  waiting: readonly Waiting[];
  words: string;
}): JSX.Element {
  const { trans } = useServices();
  const { waiting, words } = props;
  if (waiting.length === 0) {
    return (
      <Notice
        text={words}
        detail={trans.__(
          'Proposals, and edits that cannot be merged with what others wrote, are shown here and under their cells.'
        )}
      />
    );
  }
  const proposals = waiting.filter(({ kind }) => kind === 'proposal').length;
  return (
    <ul className="jca-Review-list" aria-label={trans.__('To decide')}>
      {waiting.map(one => (
        <li
          key={
            one.kind === 'proposal'
              ? one.proposal.proposal_id
              : one.conflict.conflict_id
          }
        >
          {one.kind === 'conflict' ? (
            <>
              <Chips
                places={[{ path: one.path, cell_id: one.conflict.cell_id }]}
              />
              <ConflictCard place={one} />
            </>
          ) : (
            <>
              <Chips
                places={[{ path: one.path, cell_id: one.proposal.cells[0] }]}
              />
              <ProposalCard
                path={one.path}
                proposalId={one.proposal.proposal_id}
                folds={proposals <= UNFOLDED ? 'open' : 'folded'}
              />
            </>
          )}
        </li>
      ))}
    </ul>
  );
}
