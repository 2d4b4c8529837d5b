import { Button } from '@jupyterlab/ui-components';
import * as React from 'react';
import { SessionModel } from '../model/session';
import { ActiveFile } from './ActiveFile';
import { ChatView } from './ChatView';
import { SessionProvider, useServices, useSession } from './context';
import { ContextView } from './ContextView';
import { Header } from './Header';
import { Invitations } from './Invitations';
import { LockRequests } from './LockRequests';
import { LocksView } from './LocksView';
import { Notice } from './Notice';
import { PeopleRow } from './PeopleRow';
import { ReviewView } from './ReviewView';
import { SearchView } from './SearchView';
import { SharingNotice } from './SharingNotice';
import { Tabs } from './Tabs';
import { ThreadsView } from './ThreadsView';
import { NewThreadView, ThreadView } from './ThreadView';
import { useSignal, useValue } from './useSignal';
import { endingName } from './words';

/** An open session, from its name to the composer. */
export function SessionView(props: { session: SessionModel }): JSX.Element {
  return (
    <SessionProvider value={props.session}>
      <Header />
      <PeopleRow />
      <ActiveFile />
      <Invitations />
      <LockRequests />
      <ConnectionBar />
      <Refusal />
      <SharingNotice />
      <Tabs />
      <Body />
    </SessionProvider>
  );
}

function Body(): JSX.Element {
  const { trans } = useServices();
  const session = useSession();
  const view = useValue(
    session.navigation.changed,
    () => session.navigation.view
  );
  const known = useValue(session.sessionChanged, () => session.state !== null);
  useSignal(session.connectionChanged);
  if (!known) {
    return session.connection.kind === 'ended' ? (
      <Spacer />
    ) : (
      <Notice text={trans.__('Opening the session…')} />
    );
  }
  switch (view.kind) {
    case 'chat':
      return <ChatView />;
    case 'threads':
      return <ThreadsView />;
    case 'thread':
      return <ThreadView key={view.threadId} threadId={view.threadId} />;
    case 'new-thread':
      return <NewThreadView anchor={view.anchor} />;
    case 'context':
      return <ContextView />;
    case 'review':
      return <ReviewView />;
    case 'locks':
      return <LocksView />;
    case 'search':
      return <SearchView />;
  }
}

function Spacer(): JSX.Element {
  return <div className="jca-View" />;
}

/** Says when messages do not arrive, and what becomes of mine. */
function ConnectionBar(): JSX.Element | null {
  const { collab, trans } = useServices();
  const session = useSession();
  useSignal(session.connectionChanged);
  const { connection } = session;
  if (connection.kind === 'reconnecting') {
    return (
      <div className="jca-ConnectionBar" role="status">
        <span>
          {session.problem ??
            trans.__('Reconnecting… your messages will be sent')}
        </span>
        <Button small minimal onClick={() => session.wake()}>
          {trans.__('Try now')}
        </Button>
      </div>
    );
  }
  if (connection.kind !== 'ended') {
    return null;
  }
  const { reason } = connection;
  const reloads = reason === 'reload' || reason === 'protocol';
  return (
    <div className="jca-ConnectionBar jca-mod-ended" role="alert">
      <span>{session.farewell ?? endingName(reason, trans)}</span>
      {reloads ? (
        <Button
          small
          className="jca-mod-accept"
          onClick={() => window.location.reload()}
        >
          {trans.__('Reload')}
        </Button>
      ) : (
        <Button small onClick={() => collab.close()}>
          {trans.__('Other sessions')}
        </Button>
      )}
    </div>
  );
}

/** The last refusal of something that has no place of its own. */
function Refusal(): JSX.Element | null {
  const { trans } = useServices();
  const session = useSession();
  const [text, setText] = React.useState<string | null>(null);
  React.useEffect(() => {
    const show = (_: SessionModel, message: string): void => setText(message);
    session.refused.connect(show);
    return () => void session.refused.disconnect(show);
  }, [session]);
  return text === null ? null : (
    <div className="jca-ConnectionBar jca-mod-ended" role="alert">
      <span>{text}</span>
      <Button small minimal onClick={() => setText(null)}>
        {trans.__('OK')}
      </Button>
    </div>
  );
}
