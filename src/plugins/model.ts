import {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { IStateDB } from '@jupyterlab/statedb';
import { CollabModel } from '../model/collab';
import { ICollab, PACKAGE } from '../tokens';
import { IModel } from './services';

/** How often the list of sessions is fetched for its numbers. */
const REFRESH = 60_000;

export const model: JupyterFrontEndPlugin<IModel> = {
  id: `${PACKAGE}:model`,
  description: 'Knows the collaboration sessions and joins one of them.',
  autoStart: true,
  provides: IModel,
  optional: [IStateDB],
  activate: (app: JupyterFrontEnd, state: IStateDB | null): IModel => {
    const collab = new CollabModel(app.serviceManager.serverSettings, state);
    void app.restored.then(() => collab.start());
    setInterval(() => {
      if (document.visibilityState === 'visible') {
        collab.refreshQuietly();
      }
    }, REFRESH);
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
