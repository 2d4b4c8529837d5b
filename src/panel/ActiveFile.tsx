import { fileIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import { useServices, useSession } from './context';
import { useValue } from './useSignal';
import { fileName } from './words';

/** The file that the session looks at now; a click opens it. */
export function ActiveFile(): JSX.Element | null {
  const { trans, workspace } = useServices();
  const session = useSession();
  const path = useValue(
    session.sessionChanged,
    () => session.state?.active_file ?? null
  );
  if (path === null) {
    return null;
  }
  const open = async (): Promise<void> => {
    if (!(await workspace.reveal({ path }))) {
      session.refused.emit(trans.__('%1 is not there any more', path));
    }
  };
  const label = trans.__('The session looks at %1', path);
  return (
    <div className="jca-ActiveFile">
      <span aria-hidden="true">{trans.__('Looking at')}</span>
      <button
        type="button"
        className="jca-Chip"
        title={label}
        aria-label={label}
        onClick={() => void open()}
      >
        <fileIcon.react tag="span" elementSize="small" aria-hidden="true" />
        <span className="jca-Chip-label">{fileName(path)}</span>
      </button>
    </div>
  );
}
