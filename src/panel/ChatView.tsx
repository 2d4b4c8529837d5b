import { Button } from '@jupyterlab/ui-components';
import * as React from 'react';
import { handle, isAgent } from '../model/people';
import { useServices, useSession } from './context';
import { showInvites } from './InviteDialog';
import { MessageComposer } from './MessageComposer';
import { MessageList } from './MessageList';
import { Notice } from './Notice';
import { useSignal, useValue } from './useSignal';

/** The conversation and where to take part in it. */
export function ChatView(): JSX.Element {
  const { trans } = useServices();
  const session = useSession();
  const isEmpty = useValue(
    session.listChanged,
    () =>
      !session.hasEarlier &&
      !session.rows(null).some(row => row.kind === 'message')
  );
  return (
    <section className="jca-View" aria-label={trans.__('Chat')}>
      {isEmpty && <FirstSteps />}
      <MessageList key={session.sessionId} threadId={null} />
      <MessageComposer
        threadId={null}
        placeholder={trans.__('Message · @ people, # places')}
      />
    </section>
  );
}

/** An empty session: one sentence and what one can do. */
function FirstSteps(): JSX.Element | null {
  const services = useServices();
  const session = useSession();
  const { trans, workspace } = services;
  useSignal(session.participantsChanged);
  useSignal(session.permissionsChanged);
  useSignal(session.connectionChanged);
  if (session.connection.kind === 'ended') {
    return null;
  }
  const agent = Object.values(session.participants).find(
    participant => isAgent(participant) && participant.membership === 'member'
  );
  const cell = workspace.activeCell();
  return (
    <Notice text={trans.__('Nobody has said anything here yet.')}>
      <div className="jca-FirstSteps">
        {session.can('invite') && (
          <Button small onClick={() => void showInvites(services, session)}>
            {trans.__('Invite somebody')}
          </Button>
        )}
        {agent && session.can('post') && (
          <Button
            small
            onClick={() =>
              session.post({
                body: `@${handle(agent.profile.participant_id)} help`
              })
            }
          >
            {trans.__('Ask %1 for help', agent.profile.name)}
          </Button>
        )}
        {cell && (
          <Button
            small
            onClick={() =>
              session.openThread({
                path: cell.path,
                cell_id: cell.cell_id ?? null
              })
            }
          >
            {trans.__('Discuss this cell')}
          </Button>
        )}
      </div>
    </Notice>
  );
}
