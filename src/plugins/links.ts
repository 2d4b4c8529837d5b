import {
  IRouter,
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { MESSAGE_PARAMETER, parseMessageLink } from '../panel/links';
import { INVITE_PARAMETER, messagesPage, reason } from '../request';
import { PACKAGE } from '../tokens';
import { IModel, IPanelPlace } from './services';

/** The message that is linked may have opened a thread: it comes first. */
const ALL_OF_A_THREAD = 500;

/** A link is used once: a reload of the page must not use it again. */
function withoutOurParameters(router: IRouter): string {
  const { path, search, hash } = router.current;
  const parameters = new URLSearchParams(search ?? '');
  parameters.delete(INVITE_PARAMETER);
  parameters.delete(MESSAGE_PARAMETER);
  const rest = parameters.toString();
  return `${path}${rest && `?${rest}`}${hash ?? ''}`;
}

export const links: JupyterFrontEndPlugin<void> = {
  id: `${PACKAGE}:links`,
  description: 'Follows invitation links and links to messages.',
  autoStart: true,
  requires: [IModel, IPanelPlace],
  optional: [IRouter],
  activate: (
    app: JupyterFrontEnd,
    collab: IModel,
    panel: IPanelPlace,
    router: IRouter | null
  ): void => {
    const { search } = window.location;
    const token = new URLSearchParams(search).get(INVITE_PARAMETER);
    const message = parseMessageLink(search);
    if (token === null && message === null) {
      return;
    }
    const follow = async (): Promise<void> => {
      await Promise.all([app.restored, collab.started]);
      router?.navigate(withoutOurParameters(router), { skipRouting: true });
      panel.show();
      if (token !== null) {
        await collab.acceptLink(token);
      }
      if (message !== null) {
        const { sessionId, messageId } = message;
        collab.open(sessionId);
        const page = await messagesPage(
          sessionId,
          { thread: messageId, limit: ALL_OF_A_THREAD },
          collab.settings
        );
        const found = page.messages.find(one => one.message_id === messageId);
        const { session } = collab;
        await session?.whenKnown;
        if (found) {
          await session?.jumpTo(found);
        } else if (page.messages.length) {
          // far above its replies
          session?.navigation.go({ kind: 'thread', threadId: messageId });
        }
      }
    };
    follow().catch(error => Notification.error(reason(error)));
  }
};
