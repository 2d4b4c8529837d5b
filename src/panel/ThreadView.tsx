import * as React from 'react';
import { Anchor } from '../protocol.gen';
import { reason } from '../request';
import { Chips } from './Chips';
import { useServices, useSession } from './context';
import { backIcon } from './icons';
import { IconButton } from './IconButton';
import { MessageComposer } from './MessageComposer';
import { MessageList } from './MessageList';
import { Notice } from './Notice';
import { useSignal } from './useSignal';

function Bar(props: { title: string; anchor: Anchor | null }): JSX.Element {
  const { trans } = useServices();
  const session = useSession();
  return (
    <div className="jca-Bar">
      <IconButton
        icon={backIcon}
        label={trans.__('Back')}
        onClick={() => session.navigation.back()}
      />
      <span className="jca-Bar-title">{props.title}</span>
      {props.anchor && <Chips places={[props.anchor]} />}
    </div>
  );
}

/** One thread: its first message, the replies, and where to write one. */
export function ThreadView(props: { threadId: string }): JSX.Element {
  const { trans } = useServices();
  const session = useSession();
  const { threadId } = props;
  useSignal(session.threadsChanged);
  const [problem, setProblem] = React.useState<string | null>(null);
  const [tries, setTries] = React.useState(0);
  React.useEffect(() => {
    let wanted = true;
    session.loadThread(threadId).then(
      () => wanted && setProblem(null),
      error => wanted && setProblem(reason(error))
    );
    return () => {
      wanted = false;
    };
  }, [session, threadId, tries]);

  const unread = session.unreadThreads.has(threadId);
  React.useEffect(() => {
    if (unread) {
      session.threadSeen(threadId);
    }
  }, [session, threadId, unread]);

  const thread = session.threads[threadId];
  return (
    <section className="jca-View" aria-label={trans.__('Thread')}>
      <Bar title={trans.__('Thread')} anchor={thread?.anchor ?? null} />
      {problem && (
        <Notice
          tone="error"
          text={problem}
          action={{
            label: trans.__('Retry'),
            run: () => setTries(tries + 1)
          }}
        />
      )}
      <MessageList key={threadId} threadId={threadId} />
      <MessageComposer
        threadId={threadId}
        placeholder={trans.__('Reply')}
        autofocus
      />
    </section>
  );
}

/** A thread beside a place that nobody has written about yet. */
export function NewThreadView(props: { anchor: Anchor }): JSX.Element {
  const { trans, workspace } = useServices();
  const session = useSession();
  const { anchor } = props;
  // my message opens the thread: go into it when it is stored
  useSignal(session.threadsChanged);
  const opened = Object.values(session.threads).find(
    thread =>
      thread.anchor?.path === anchor.path &&
      thread.anchor.cell_id === anchor.cell_id
  );
  React.useEffect(() => {
    if (opened) {
      session.navigation.go({ kind: 'thread', threadId: opened.thread_id });
    }
  }, [session, opened?.thread_id]);
  return (
    <section className="jca-View" aria-label={trans.__('New thread')}>
      <Bar title={trans.__('New thread')} anchor={anchor} />
      <Notice
        text={trans.__('Nobody has said anything about this place yet.')}
        detail={workspace.describe(anchor)}
      />
      <MessageComposer
        threadId={null}
        anchor={anchor}
        placeholder={trans.__('What about it?')}
        autofocus
      />
    </section>
  );
}
