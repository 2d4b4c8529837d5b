import { fileIcon, notebookIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import { Location } from '../protocol.gen';
import { useServices } from './context';
import { useSignal } from './useSignal';

interface IPlace {
  path: string;
  cell_id?: string | null;
  selection?: Location['selection'];
}

/** Places in the workspace, one line each; a click goes there. */
export function Chips(props: {
  places: readonly IPlace[];
}): JSX.Element | null {
  const { workspace, trans } = useServices();
  useSignal(workspace.changed);
  const [lost, setLost] = React.useState<string | null>(null);
  if (props.places.length === 0) {
    return null;
  }
  const go = async (place: IPlace): Promise<void> => {
    const found = await workspace.reveal({
      path: place.path,
      cell_id: place.cell_id ?? null,
      selection: place.selection ?? null
    });
    setLost(found ? null : place.path);
  };
  return (
    <ul className="jca-Chips" aria-label={trans.__('Places')}>
      {props.places.map((place, index) => {
        const icon = place.cell_id ? notebookIcon : fileIcon;
        const label = workspace.describe(place);
        return (
          <li key={index}>
            <button
              type="button"
              className="jca-Chip"
              title={trans.__('Go to %1', place.path)}
              onClick={() => void go(place)}
            >
              <icon.react tag="span" elementSize="small" aria-hidden="true" />
              <span className="jca-Chip-label">{label}</span>
            </button>
          </li>
        );
      })}
      {lost !== null && (
        <li className="jca-Chips-lost" role="status">
          {trans.__('%1 is not there any more', lost)}
        </li>
      )}
    </ul>
  );
}
