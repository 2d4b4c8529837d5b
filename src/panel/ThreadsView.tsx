import * as React from 'react';
import { Ago } from './Ago';
import { Thread } from '../protocol.gen';
import { reason } from '../request';
import { Avatar } from './Avatar';
import { useServices, useSession } from './context';
import { Notice } from './Notice';
import { useSignal, useValue } from './useSignal';

/** Threads whose first words are fetched when the list opens. */
const FETCHED = 20;
const FACES = 3;

/** All threads, the newest first. */
export function ThreadsView(): JSX.Element {
  const { trans } = useServices();
  const session = useSession();
  useSignal(session.threadsChanged);
  const threads = Object.values(session.threads).sort(
    (a, b) => b.last_seq - a.last_seq
  );
  React.useEffect(() => {
    for (const { thread_id } of threads.slice(0, FETCHED)) {
      if (!session.entry(thread_id)) {
        session
          .loadThread(thread_id)
          .catch(error => console.debug(reason(error)));
      }
    }
  }, [session]);
  if (threads.length === 0) {
    return (
      <Notice
        text={trans.__('No threads yet.')}
        detail={trans.__(
          'Reply to a message, or use “Discuss this cell” in a notebook.'
        )}
      />
    );
  }
  return (
    <ul className="jca-View jca-Threads" aria-label={trans.__('Threads')}>
      {threads.map(thread => (
        <ThreadItem key={thread.thread_id} thread={thread} />
      ))}
    </ul>
  );
}

function ThreadItem(props: { thread: Thread }): JSX.Element {
  const { trans, workspace } = useServices();
  const session = useSession();
  const { thread } = props;
  const { thread_id } = thread;
  useSignal(workspace.changed);
  const root = useValue(
    session.messageChanged,
    () => session.entry(thread_id),
    id => id === thread_id
  );
  const unread = session.unreadThreads.has(thread_id);
  const words = root?.message.deleted_by
    ? trans.__('deleted')
    : (root?.message.body ?? '…');
  return (
    <li>
      <button
        type="button"
        className={
          unread ? 'jca-Threads-item jca-mod-unread' : 'jca-Threads-item'
        }
        onClick={() =>
          session.navigation.go({ kind: 'thread', threadId: thread_id })
        }
      >
        {thread.anchor && (
          <span className="jca-Threads-place">
            {workspace.describe(thread.anchor)}
          </span>
        )}
        <span className="jca-Threads-words">{words.slice(0, 200)}</span>
        <span className="jca-Threads-foot">
          {thread.participants.slice(0, FACES).map(id => (
            <Avatar
              key={id}
              small
              participantId={id}
              participant={session.participants[id] ?? null}
            />
          ))}
          {trans._n('%1 reply', '%1 replies', thread.replies)}
          {' · '}
          <Ago at={thread.last_at} />
          {unread && (
            <span className="jca-Badge jca-mod-accent">{trans.__('new')}</span>
          )}
        </span>
      </button>
    </li>
  );
}
