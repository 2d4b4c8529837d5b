import { Button } from '@jupyterlab/ui-components';
import * as React from 'react';
import { CollabModel } from '../model/collab';
import { useServices } from './context';

/** The windows (one, but for tests) in which the line was put away. */
const told = new WeakSet<CollabModel>();

/** Says once that agents do not see what is being typed. */
export function SavedFilesOnly(): JSX.Element | null {
  const { collab, trans } = useServices();
  const [away, setAway] = React.useState(told.has(collab));
  if (away || collab.documentsAreLive) {
    return null;
  }
  return (
    <div className="jca-ConnectionBar" role="note">
      <span>
        {trans.__(
          'Notebooks are not shared live here: agents read the saved file'
        )}
      </span>
      <Button
        small
        minimal
        onClick={() => {
          told.add(collab);
          setAway(true);
        }}
      >
        {trans.__('OK')}
      </Button>
    </div>
  );
}
