import {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ILauncher } from '@jupyterlab/launcher';
import { INotebookTracker } from '@jupyterlab/notebook';
import { CommandRegistry } from '@lumino/commands';
import { SessionModel } from '../model/session';
import { bringEveryone } from '../panel/bringEveryone';
import { collabIcon, discussIcon } from '../panel/icons';
import { showInvites } from '../panel/InviteDialog';
import { askNewSession } from '../panel/NewSessionDialog';
import { PACKAGE } from '../tokens';
import { Commands, IChoices, IModel, IPanelPlace } from './services';

const NO_ARGUMENTS = { args: { type: 'object', properties: {} } } as const;

export const commands: JupyterFrontEndPlugin<void> = {
  id: `${PACKAGE}:commands`,
  description: 'Commands, with their places in palette and launcher.',
  autoStart: true,
  requires: [IModel, IPanelPlace, IChoices],
  optional: [ICommandPalette, ILauncher, INotebookTracker],
  activate: (
    app: JupyterFrontEnd,
    collab: IModel,
    panel: IPanelPlace,
    choices: IChoices,
    palette: ICommandPalette | null,
    launcher: ILauncher | null,
    notebooks: INotebookTracker | null
  ): void => {
    const { trans, workspace } = panel.services;
    const category = trans.__('Collaboration');

    const add = (
      id: string,
      options: Omit<CommandRegistry.ICommandOptions, 'describedBy'> &
        Partial<Pick<CommandRegistry.ICommandOptions, 'describedBy'>>
    ): void => {
      app.commands.addCommand(id, { describedBy: NO_ARGUMENTS, ...options });
      palette?.addItem({ command: id, category });
    };
    /** A command that needs an open session. */
    const addForSession = (
      id: string,
      label: string,
      run: (session: SessionModel) => void,
      allowed: (session: SessionModel) => boolean = () => true
    ): void =>
      add(id, {
        label,
        isEnabled: () => !!collab.session && allowed(collab.session),
        execute: () => {
          if (collab.session) {
            run(collab.session);
          }
        }
      });

    add(Commands.open, {
      label: trans.__('Open the collaboration panel'),
      caption: trans.__('People and agents of this session'),
      icon: collabIcon,
      execute: () => panel.show()
    });
    add(Commands.newSession, {
      label: trans.__('New collaboration session…'),
      icon: collabIcon,
      execute: async () => {
        panel.show();
        await askNewSession(panel.services);
      }
    });
    app.commands.addCommand(Commands.openSession, {
      label: trans.__('Open a collaboration session'),
      describedBy: {
        args: {
          type: 'object',
          properties: {
            sessionId: {
              type: 'string',
              description: trans.__('Which session to open')
            }
          },
          required: ['sessionId']
        }
      },
      execute: args => {
        collab.open(String(args['sessionId']));
        panel.show();
      }
    });
    addForSession(
      Commands.invite,
      trans.__('Invite to the session…'),
      session => void showInvites(panel.services, session),
      session => session.can('invite')
    );
    addForSession(Commands.search, trans.__('Search messages'), session => {
      session.navigation.go({ kind: 'search', query: '' });
      panel.show();
    });
    addForSession(Commands.threads, trans.__('Show threads'), session => {
      session.navigation.go({ kind: 'threads' });
      panel.show();
    });
    addForSession(
      Commands.context,
      trans.__('Show the shared context'),
      session => {
        session.navigation.go({ kind: 'context' });
        panel.show();
      }
    );
    addForSession(
      Commands.bring,
      trans.__('Bring everyone to my cell'),
      session => bringEveryone(session, workspace),
      session => session.can('bring') && workspace.activeCell() !== null
    );
    addForSession(
      Commands.stopFollowing,
      trans.__('Stop following'),
      session => session.follow(null),
      session => session.following !== null
    );
    add(Commands.discussCell, {
      label: trans.__('Discuss this cell'),
      icon: discussIcon,
      isEnabled: () => collab.session !== null && !!notebooks?.activeCell,
      execute: () => {
        const cell = workspace.activeCell();
        if (cell) {
          collab.session?.openThread({
            path: cell.path,
            cell_id: cell.cell_id ?? null
          });
        }
      }
    });
    add(Commands.attachCell, {
      label: trans.__('Attach this cell to a message'),
      icon: collabIcon,
      isEnabled: () => collab.session !== null && !!notebooks?.activeCell,
      execute: () => {
        const cell = workspace.activeCell();
        if (cell) {
          collab.attach(cell);
        }
      }
    });
    add(Commands.toggleNotifications, {
      label: trans.__('Do not disturb (collaboration)'),
      isToggleable: true,
      isToggled: () => !choices.notify,
      execute: () => choices.setNotify(!choices.notify)
    });

    launcher?.add({ command: Commands.open, category: trans.__('Other') });

    const changed = (): void => app.commands.notifyCommandChanged();
    collab.sessionChanged.connect((_, session) => {
      changed();
      session?.permissionsChanged.connect(changed);
      session?.followingChanged.connect(changed);
    });
    notebooks?.activeCellChanged.connect(() =>
      [Commands.discussCell, Commands.attachCell, Commands.bring].forEach(id =>
        app.commands.notifyCommandChanged(id)
      )
    );
    choices.changed.connect(() =>
      app.commands.notifyCommandChanged(Commands.toggleNotifications)
    );
  }
};
