import { TranslationBundle } from '@jupyterlab/translation';
import { Button } from '@jupyterlab/ui-components';
import * as React from 'react';
import { CollabModel } from '../model/collab';
import { SharingMode } from '../protocol.gen';
import { useServices } from './context';

/** The windows (one, but for tests) in which the line was put away. */
const told = new WeakSet<CollabModel>();

/** Says once what does not hold for documents on this server. */
export function SharingNotice(): JSX.Element | null {
  const { collab, trans } = useServices();
  const [away, setAway] = React.useState(told.has(collab));
  const { mode, reason } = collab.sharing;
  const text = sharingText(mode, trans);
  if (away || text === null) {
    return null;
  }
  return (
    <div className="jca-ConnectionBar" role="note">
      <span title={reason ?? ''}>
        {text}
        {mode === 'off' || !reason ? null : (
          <span className="jca-ConnectionBar-reason"> {reason}</span>
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

/** What people should know of a mode; null where all is as it should be. */
function sharingText(
  mode: SharingMode,
  trans: TranslationBundle
): string | null {
  switch (mode) {
    case 'live':
      return null;
    case 'off':
      return trans.__(
        'Notebooks are not shared live here: agents read the saved file'
      );
    case 'unknown-provider':
      return trans.__(
        'Documents are shared by another extension: locks and read-only access do not bind people who type, and agents read the saved file.'
      );
    case 'unsupported-version':
      return trans.__(
        'Live documents are left alone: locks and read-only access do not bind people who type, and agents read the saved file.'
      );
  }
}
