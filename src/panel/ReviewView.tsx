import * as React from 'react';
import { ConflictCard, IReviewServices } from '../documents/ConflictCard';
import { conflictList, IConflictPlace } from '../documents/conflicts';
import { Chips } from './Chips';
import { useServices, useSession } from './context';
import { DecidedConflicts } from './DecidedConflicts';
import { Notice } from './Notice';
import { useSignal } from './useSignal';

type Shown = 'open' | 'decided';

/** What waits for a decision in documents, and what was decided. */
export function ReviewView(): JSX.Element {
  const { trans } = useServices();
  const [shown, setShown] = React.useState<Shown>('open');
  return (
    <div className="jca-View jca-Review">
      <div className="jca-Bar">
        <label>
          {trans.__('Show')}{' '}
          <select
            value={shown}
            onChange={event => setShown(event.target.value as Shown)}
          >
            <option value="open">{trans.__('what waits')}</option>
            <option value="decided">{trans.__('what was decided')}</option>
          </select>
        </label>
      </div>
      {shown === 'open' ? <OpenConflicts /> : <DecidedConflicts />}
    </div>
  );
}

function OpenConflicts(): JSX.Element {
  const { trans } = useServices();
  const session = useSession();
  useSignal(session.documents.changed);
  const places = conflictList(session.documents.all);
  if (places.length === 0) {
    return (
      <Notice
        text={trans.__('Nothing waits for a decision.')}
        detail={trans.__(
          'An edit that cannot be merged with what others wrote is shown here, and under its cell.'
        )}
      />
    );
  }
  return (
    <ul className="jca-Review-list" aria-label={trans.__('Conflicts')}>
      {places.map(place => (
        <li key={place.conflict.conflict_id}>
          <Conflict place={place} />
        </li>
      ))}
    </ul>
  );
}

function Conflict({ place }: { place: IConflictPlace }): JSX.Element {
  const { collab, trans, workspace } = useServices();
  const session = useSession();
  useSignal(collab.account.changed);
  const { path, conflict } = place;
  const services: IReviewServices = {
    settings: collab.settings,
    trans,
    me: session.me,
    mayDecide: collab.account.mayWrite,
    describe: named => workspace.describe(named)
  };
  return (
    <>
      <Chips places={[{ path, cell_id: conflict.cell_id }]} />
      <ConflictCard
        {...services}
        place={place}
        version={session.documents.get(path)?.seq ?? 0}
      />
    </>
  );
}
