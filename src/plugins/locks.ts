import {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { INotebookTracker } from '@jupyterlab/notebook';
import { CommandRegistry } from '@lumino/commands';
import { lockIcon, unlockIcon } from '../documents/icons';
import { lockActions, perform } from '../documents/lockActions';
import { blockerOf, ILockTarget, lockList, lockOn } from '../documents/locks';
import { SessionModel } from '../model/session';
import { Lock } from '../protocol.gen';
import { PACKAGE } from '../tokens';
import { tellLocks } from './lockNews';
import { Commands, IChoices, IModel, IPanelPlace } from './services';

/** What can be locked, and where its cell is now. */
interface ICandidate extends ILockTarget {
  readonly cellIndex: number | null;
}

export const locks: JupyterFrontEndPlugin<void> = {
  id: `${PACKAGE}:locks`,
  description: 'Commands and notifications about locks.',
  autoStart: true,
  requires: [IModel, IPanelPlace, IChoices],
  optional: [INotebookTracker, ICommandPalette],
  activate: (
    app: JupyterFrontEnd,
    collab: IModel,
    panel: IPanelPlace,
    choices: IChoices,
    notebooks: INotebookTracker | null,
    palette: ICommandPalette | null
  ): void => {
    const { trans, workspace } = panel.services;
    const category = trans.__('Collaboration');

    const cell = (): ICandidate | null => {
      const place = workspace.activePlace();
      return place?.cell_id
        ? {
            path: place.path,
            cellId: place.cell_id,
            cellIndex: place.cell_index ?? null
          }
        : null;
    };
    const file = (): ICandidate | null => {
      const path = workspace.currentFile();
      return path === null ? null : { path, cellId: null, cellIndex: null };
    };

    // --- one command for whatever can be done about the lock of a place ---

    /** Its lock, or the one on the whole document that covers it. */
    const lockOf = (session: SessionModel, at: ICandidate): Lock | null => {
      const state = session.documents.get(at.path);
      return (
        lockOn(state, at.cellId) ?? blockerOf(state, at.cellId, session.me)
      );
    };
    const toggle = (session: SessionModel, at: ICandidate): void => {
      const { path, cellId, cellIndex } = at;
      const lock = lockOf(session, at);
      if (lock === null) {
        perform(session, {
          type: 'lock.acquire',
          path,
          cell_id: cellId,
          cell_index: cellIndex
        });
        return;
      }
      const wanted = lock.holder === session.me ? 'release' : 'ask';
      const action = lockActions(
        { path, lock },
        session,
        Date.now(),
        trans
      ).find(({ kind }) => kind === wanted);
      if (action) {
        action.run();
      } else {
        showLocks(session);
      }
    };
    const isMine = (lock: Lock | null): boolean =>
      lock !== null && lock.holder === collab.session?.me;
    const showLocks = (session: SessionModel): void => {
      session.navigation.go({ kind: 'locks' });
      panel.show();
    };

    const add = (
      id: string,
      options: Omit<CommandRegistry.ICommandOptions, 'describedBy'>
    ): void => {
      app.commands.addCommand(id, {
        describedBy: { args: { type: 'object', properties: {} } },
        ...options
      });
      palette?.addItem({ command: id, category });
    };
    const addToggle = (
      id: string,
      find: () => ICandidate | null,
      words: { lock(): string; release(): string; ask(holder: string): string }
    ): void => {
      const current = (): Lock | null => {
        const at = find();
        return at && collab.session ? lockOf(collab.session, at) : null;
      };
      const label = (): string => {
        const lock = current();
        return lock === null
          ? words.lock()
          : isMine(lock)
            ? words.release()
            : words.ask(lock.holder_name);
      };
      add(id, {
        label,
        caption: label,
        icon: () => (current() === null ? unlockIcon : lockIcon),
        isToggleable: true,
        isToggled: () => isMine(current()),
        isEnabled: () =>
          !!collab.session?.live &&
          collab.session.can('lock') &&
          collab.account.mayWrite &&
          find() !== null,
        execute: () => {
          const at = find();
          if (at && collab.session) {
            toggle(collab.session, at);
          }
        }
      });
    };
    addToggle(Commands.lockCell, cell, {
      lock: () => trans.__('Lock this cell'),
      release: () => trans.__('Release this cell'),
      ask: holder => trans.__('Ask %1 for this cell', holder)
    });
    const isNotebook = (): boolean => !!file()?.path.endsWith('.ipynb');
    addToggle(Commands.lockFile, file, {
      lock: () =>
        isNotebook()
          ? trans.__('Lock this notebook')
          : trans.__('Lock this file'),
      release: () =>
        isNotebook()
          ? trans.__('Release this notebook')
          : trans.__('Release this file'),
      ask: holder =>
        isNotebook()
          ? trans.__('Ask %1 for this notebook', holder)
          : trans.__('Ask %1 for this file', holder)
    });
    add(Commands.releaseLocks, {
      label: trans.__('Release all my locks'),
      isEnabled: () =>
        !!collab.session?.live && mine(collab.session).length > 0,
      execute: () => {
        const { session } = collab;
        if (session) {
          mine(session).forEach(({ path, lock: { lock_id } }) =>
            perform(session, { type: 'lock.release', path, lock_id })
          );
        }
      }
    });
    add(Commands.locks, {
      label: trans.__('Show locks'),
      isEnabled: () => collab.session !== null,
      execute: () => {
        if (collab.session) {
          showLocks(collab.session);
        }
      }
    });

    // --- labels, icons and states follow ---

    const changed = (): void =>
      [Commands.lockCell, Commands.lockFile, Commands.releaseLocks].forEach(
        id => app.commands.notifyCommandChanged(id)
      );
    notebooks?.activeCellChanged.connect(changed);
    app.shell.currentChanged?.connect(changed);
    collab.account.changed.connect(changed);
    collab.sessionChanged.connect((_, session) => {
      changed();
      session?.permissionsChanged.connect(changed);
      session?.documents.changed.connect(changed);
      session?.connectionChanged.connect(changed);
    });
    tellLocks(collab, panel, choices);
  }
};

function mine(session: SessionModel): ReturnType<typeof lockList> {
  return lockList(session.documents.all).filter(
    ({ lock }) => lock.holder === session.me
  );
}
