import {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { IStateDB } from '@jupyterlab/statedb';
import { CollabModel } from '../model/collab';
import { ICollab, PACKAGE } from '../tokens';
import { IModel } from './services';

/** How often the list of sessions is fetched for its marks. */
const REFRESH = 60_000;
/** The same while no session is open: then only the list tells of invitations. */
const REFRESH_ALONE = 10_000;

export const model: JupyterFrontEndPlugin<IModel> = {
  id: `${PACKAGE}:model`,
  description: 'Knows the collaboration sessions and joins one of them.',
  autoStart: true,
  provides: IModel,
  optional: [IStateDB],
  activate: (app: JupyterFrontEnd, state: IStateDB | null): IModel => {
    const collab = new CollabModel(app.serviceManager.serverSettings, state);
    void app.restored.then(() => collab.start());
    let last = Date.now();
    setInterval(() => {
      const pause = collab.session === null ? REFRESH_ALONE : REFRESH;
      const isDue = Date.now() - last >= pause;
      if (isDue && document.visibilityState === 'visible') {
        last = Date.now();
        collab.refreshQuietly();
      }
    }, REFRESH_ALONE / 2);
    return collab;
  }
};

export const collab: JupyterFrontEndPlugin<ICollab> = {
  id: `${PACKAGE}:collab`,
  description: 'Offers the open collaboration session to other extensions.',
  autoStart: true,
  provides: ICollab,
  requires: [IModel],
  activate: (app: JupyterFrontEnd, collabModel: IModel): ICollab => collabModel
};
