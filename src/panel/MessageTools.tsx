import {
  deleteIcon,
  editIcon,
  linkIcon,
  LabIcon
} from '@jupyterlab/ui-components';
import * as React from 'react';
import { Message } from '../protocol.gen';
import { useServices, useSession } from './context';
import { askDeleteMessage, copyText } from './dialogs';
import { IconButton } from './IconButton';
import { reactIcon, replyIcon } from './icons';
import { messageUrl } from './links';
import { openMenu } from './menu';
import { reactionMenu } from './Reactions';

interface IMessageToolsProps {
  message: Message;
  /** The message stands in its thread: a reply goes to the composer below. */
  inThread: boolean;
  onEdit(): void;
}

interface ITool {
  icon: LabIcon;
  label: string;
  hasMenu?: boolean;
  run(button: HTMLElement): void;
}

/** What can be done with a message; shown on hover and on focus. */
export function MessageTools(props: IMessageToolsProps): JSX.Element {
  const { collab, trans } = useServices();
  const session = useSession();
  const { message, inThread, onEdit } = props;
  const mine = message.author === session.me;
  const tools: ITool[] = [];
  if (session.can('react')) {
    tools.push({
      icon: reactIcon,
      label: trans.__('React'),
      hasMenu: true,
      run: button =>
        openMenu(button, reactionMenu(session, message), trans.__('React'))
    });
  }
  if (!inThread) {
    tools.push({
      icon: replyIcon,
      label: trans.__('Reply in thread'),
      run: () =>
        session.navigation.go({
          kind: 'thread',
          threadId: message.thread_id ?? message.message_id
        })
    });
  }
  if (mine && session.can('edit_own')) {
    tools.push({ icon: editIcon, label: trans.__('Edit'), run: onEdit });
  }
  tools.push({
    icon: linkIcon,
    label: trans.__('Copy link'),
    run: () =>
      void copyText(
        messageUrl(session.sessionId, message.message_id, collab.settings),
        trans.__('The link to the message was copied.')
      )
  });
  if (session.can('delete_any') || (mine && session.can('delete_own'))) {
    tools.push({
      icon: deleteIcon,
      label: trans.__('Delete'),
      run: () => void askDeleteMessage(session, message.message_id, trans)
    });
  }
  return (
    <div
      className="jca-Message-tools"
      role="group"
      aria-label={trans.__('Message')}
    >
      {tools.map(tool => (
        <IconButton
          key={tool.label}
          icon={tool.icon}
          label={tool.label}
          hasMenu={tool.hasMenu}
          onClick={event => tool.run(event.currentTarget)}
        />
      ))}
    </div>
  );
}
