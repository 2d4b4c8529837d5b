import {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { SessionModel } from '../model/session';
import { Message, Run } from '../protocol.gen';
import { PACKAGE } from '../tokens';
import { tellInvitations } from './invitations';
import { IChoices, IModel, IPanelPlace } from './services';

const EXCERPT = 120;

function excerpt(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > EXCERPT ? `${line.slice(0, EXCERPT)}…` : line;
}

export const notifications: JupyterFrontEndPlugin<void> = {
  id: `${PACKAGE}:notifications`,
  description: 'Tells of mentions, invitations and finished runs.',
  autoStart: true,
  requires: [IModel, IPanelPlace, IChoices],
  activate: (
    app: JupyterFrontEnd,
    collab: IModel,
    panel: IPanelPlace,
    choices: IChoices
  ): void => {
    const { trans } = panel.services;

    const tell = (text: string, label: string, act: () => void): void => {
      if (choices.notify) {
        Notification.info(text, {
          autoClose: 10_000,
          actions: [{ label, callback: act }]
        });
      }
    };
    /** Somebody who reads the panel needs no notification of what is there. */
    const isReading = (session: SessionModel): boolean =>
      panel.isVisible && session.reading.watching;

    const mentioned = (session: SessionModel, message: Message): void => {
      if (isReading(session)) {
        return;
      }
      const name = session.nameOf(message.author);
      tell(
        trans.__('%1 mentioned you: %2', name, excerpt(message.body)),
        trans.__('Show'),
        () => {
          panel.show();
          void session.jumpTo(message);
        }
      );
    };
    const finished = (session: SessionModel, run: Run): void => {
      if (isReading(session) || run.status === 'cancelled') {
        return;
      }
      const name = session.nameOf(run.agent_id);
      tell(
        run.status === 'done'
          ? trans.__('%1 has answered you', name)
          : trans.__('%1 could not answer: %2', name, run.error ?? ''),
        trans.__('Show'),
        () => panel.show()
      );
    };

    collab.sessionChanged.connect((_, session) => {
      session?.mentioned.connect(mentioned);
      session?.runFinished.connect(finished);
      session?.mentionedElsewhere.connect((_, mention) =>
        tell(
          trans.__(
            '%1 mentioned you in “%2”',
            mention.author_name,
            mention.session_name
          ),
          trans.__('Open'),
          () => {
            collab.open(mention.session_id);
            panel.show();
          }
        )
      );
    });
    tellInvitations(collab, panel, choices);
  }
};
