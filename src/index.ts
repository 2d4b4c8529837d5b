import { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { commands } from './plugins/commands';
import { documents } from './plugins/documents';
import { links } from './plugins/links';
import { locks } from './plugins/locks';
import { collab, model } from './plugins/model';
import { notebooks } from './plugins/notebooks';
import { notifications } from './plugins/notifications';
import { panel } from './plugins/panel';
import { settings } from './plugins/settings';
import { statusBar } from './plugins/statusbar';

export { ICollab } from './tokens';
export type { ISessionView } from './tokens';

const plugins: JupyterFrontEndPlugin<any>[] = [
  model,
  collab,
  settings,
  panel,
  commands,
  statusBar,
  notifications,
  links,
  notebooks,
  documents,
  locks
];

export default plugins;
