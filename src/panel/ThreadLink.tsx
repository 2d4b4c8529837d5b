import * as React from 'react';
import { Ago } from './Ago';
import { useServices, useSession } from './context';
import { useValue } from './useSignal';

/** "3 replies · 10:42" below the message that opened a thread. */
export function ThreadLink(props: { messageId: string }): JSX.Element | null {
  const { trans } = useServices();
  const session = useSession();
  const { messageId } = props;
  const thread = useValue(
    session.threadsChanged,
    () => session.threads[messageId]
  );
  const unread = useValue(session.threadsChanged, () =>
    session.unreadThreads.has(messageId)
  );
  if (!thread || thread.replies === 0) {
    return null;
  }
  return (
    <button
      type="button"
      className={unread ? 'jca-ThreadLink jca-mod-unread' : 'jca-ThreadLink'}
      onClick={() =>
        session.navigation.go({ kind: 'thread', threadId: messageId })
      }
    >
      {trans._n('%1 reply', '%1 replies', thread.replies)}
      {unread && ` · ${trans.__('new')}`}
      {' · '}
      <Ago at={thread.last_at} />
    </button>
  );
}
