import {
  addIcon,
  copyIcon,
  deleteIcon,
  downloadIcon,
  editIcon,
  fileIcon,
  listIcon,
  shareIcon
} from '@jupyterlab/ui-components';
import { SessionSummary } from '../protocol.gen';
import { activeFileMenu } from './activeFileMenu';
import { bringEveryone } from './bringEveryone';
import { IPanelServices } from './context';
import { askDelete, askFiles, askLeave, askRename, download } from './dialogs';
import { showInvites } from './InviteDialog';
import { MenuEntry } from './menu';
import { askNewSession } from './NewSessionDialog';
import { SessionModel } from '../model/session';

/**
 * Something happened in a session that is not open. How many messages it was
 * is not known: its log also counts who came, reactions, and runs.
 */
export function hasNews(summary: SessionSummary): boolean {
  return summary.role !== null && summary.last_seq > summary.read_seq;
}

/** The sessions to choose from, and how to make one. */
export function switcherMenu(services: IPanelServices): MenuEntry[] {
  const { collab, trans } = services;
  const line = (summary: SessionSummary): MenuEntry => {
    const open = collab.session?.sessionId === summary.session_id;
    const fresh = !open && hasNews(summary);
    return {
      label: fresh
        ? trans.__('%1 · new', summary.name)
        : summary.role === null
          ? trans.__('%1 · open to you', summary.name)
          : summary.name,
      caption: trans.__('%1 of %2 here', summary.online, summary.participants),
      checked: open,
      run: () => collab.open(summary.session_id)
    };
  };
  const active = collab.sessions.filter(s => s.status === 'active');
  const archived = collab.sessions.filter(s => s.status === 'archived');
  const entries: MenuEntry[] = active.map(line);
  if (archived.length) {
    entries.push({
      label: trans.__('Archived'),
      items: archived.map(line)
    });
  }
  return [
    ...entries,
    null,
    {
      label: trans.__('New session…'),
      icon: addIcon,
      run: () => void askNewSession(services)
    },
    {
      label: trans.__('All sessions'),
      icon: listIcon,
      run: () => collab.close()
    }
  ];
}

/** The files that the session is about. */
function filesMenu(
  services: IPanelServices,
  session: SessionModel
): MenuEntry[] {
  const { trans, workspace } = services;
  const files = session.state?.files ?? [];
  const mayChange = session.can('set_files');
  return [
    ...files.map(path => ({
      label: path,
      items: [
        {
          label: trans.__('Open'),
          run: () => void workspace.reveal({ path })
        },
        {
          label: trans.__('What we look at now'),
          checked: session.state?.active_file === path,
          disabled: !session.can('set_active_file'),
          run: () =>
            session.ask({
              type: 'session.set_active_file',
              path: session.state?.active_file === path ? null : path
            })
        },
        {
          label: trans.__('Take off the list'),
          disabled: !mayChange,
          run: () =>
            session.ask({
              type: 'session.set_files',
              files: files.filter(other => other !== path)
            })
        }
      ]
    })),
    {
      label: trans.__('Add files…'),
      disabled: !mayChange,
      run: () => void askFiles(session, () => workspace.pickFiles())
    }
  ];
}

/** Everything one can do with the session that is open. */
export function sessionMenu(
  services: IPanelServices,
  session: SessionModel
): MenuEntry[] {
  const { collab, trans, workspace } = services;
  const state = session.state;
  const may = (action: string): boolean => session.can(action);
  const archived = state?.status === 'archived';
  const isMember = state?.participants[session.me]?.membership === 'member';
  const save = (format: 'md' | 'ipynb' | 'jsonl') => () =>
    void download(collab, session, format, trans);
  const absent = session.agents.filter(
    agent => state?.participants[agent.agent_id]?.membership !== 'member'
  );
  const banned = Object.values(session.participants).filter(
    participant => participant.membership === 'banned'
  );
  return [
    {
      label: trans.__('Invite…'),
      icon: shareIcon,
      disabled: !may('invite'),
      run: () => void showInvites(services, session)
    },
    {
      label: trans.__('Add an agent'),
      disabled: !may('add_agent') || absent.length === 0,
      items: absent.length
        ? absent.map(agent => ({
            label: agent.name,
            caption: agent.description,
            disabled: !may('add_agent'),
            run: () =>
              session.ask({
                type: 'participant.add',
                participant_id: agent.agent_id
              })
          }))
        : undefined
    },
    {
      label: trans.__('Shared context'),
      run: () => session.navigation.go({ kind: 'context' })
    },
    {
      label: trans.__('Threads'),
      run: () => session.navigation.go({ kind: 'threads' })
    },
    {
      label: trans.__('Files'),
      icon: fileIcon,
      items: filesMenu(services, session)
    },
    {
      label: trans.__('Bring everyone to my cell'),
      disabled: !may('bring') || workspace.activeCell() === null,
      run: () => bringEveryone(session, workspace)
    },
    ...activeFileMenu(services, session),
    null,
    {
      label: trans.__('Export'),
      icon: downloadIcon,
      items: [
        {
          label: trans.__('As Markdown'),
          icon: copyIcon,
          disabled: !may('export'),
          run: save('md')
        },
        {
          label: trans.__('As a notebook'),
          disabled: !may('export'),
          run: save('ipynb')
        },
        {
          label: trans.__('As the log (JSON lines)'),
          disabled: !may('export'),
          run: save('jsonl')
        }
      ]
    },
    null,
    {
      label: trans.__('Rename…'),
      icon: editIcon,
      disabled: !may('rename'),
      run: () => void askRename(session, trans)
    },
    ...(banned.length
      ? [
          {
            label: trans.__('Banned'),
            items: banned.map(({ profile }) => ({
              label: trans.__('Let %1 come back', profile.name),
              disabled: !may('remove'),
              run: () =>
                session.ask({
                  type: 'participant.unban',
                  participant_id: profile.participant_id
                })
            }))
          }
        ]
      : []),
    {
      label: trans.__('Newcomers see earlier messages'),
      checked: state?.history === 'all',
      disabled: !may('set_history'),
      run: () =>
        session.ask({
          type: 'session.set_history',
          history: state?.history === 'all' ? 'since_joined' : 'all'
        })
    },
    {
      label: trans.__('Only owners post'),
      checked: state?.muted ?? false,
      disabled: !may('mute') || !session.isMine,
      run: () => session.ask({ type: 'session.mute', muted: !state?.muted })
    },
    archived
      ? {
          label: trans.__('Reopen'),
          disabled: !may('reopen'),
          run: () => session.ask({ type: 'session.reopen' })
        }
      : {
          label: trans.__('Archive'),
          disabled: !may('archive'),
          run: () => session.ask({ type: 'session.archive' })
        },
    null,
    {
      label: trans.__('Leave…'),
      disabled: !isMember,
      run: () => void askLeave(collab, session, trans)
    },
    {
      label: trans.__('Delete…'),
      icon: deleteIcon,
      disabled: !may('delete_session'),
      run: () => void askDelete(collab, session, trans)
    }
  ];
}
