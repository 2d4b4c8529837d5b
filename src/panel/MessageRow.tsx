import { Button } from '@jupyterlab/ui-components';
import * as React from 'react';
import { MessageBody } from '../message';
import { IEntry } from '../model/entries';
import { Ago } from './Ago';
import { Avatar } from './Avatar';
import { Chips } from './Chips';
import { EditComposer } from './EditComposer';
import { useServices, useSession } from './context';
import { MessageTools } from './MessageTools';
import { MessageVersions } from './MessageVersions';
import { Reactions } from './Reactions';
import { RunLine } from './RunLine';
import { ThreadLink } from './ThreadLink';
import { useValue } from './useSignal';

interface IMessageRowProps {
  id: string;
  /** Says who speaks. */
  head: boolean;
  inThread: boolean;
  /** Somebody was led here. */
  marked: boolean;
}

/** One message; drawn again only when this very message changes. */
export const MessageRow = React.memo(function MessageRow(
  props: IMessageRowProps
): JSX.Element | null {
  const session = useSession();
  const entry = useValue(
    session.messageChanged,
    () => session.entry(props.id),
    id => id === props.id
  );
  const author = useValue(session.participantsChanged, () =>
    entry ? session.participants[entry.message.author] : undefined
  );
  const [editing, setEditing] = React.useState(false);
  if (!entry) {
    return null;
  }
  const { message, phase } = entry;
  const isTurn = message.run_id !== null;
  const classes = ['jca-Message', `jca-mod-${phase}`];
  if (props.head) {
    classes.push('jca-mod-head');
  }
  if (isTurn) {
    classes.push('jca-mod-turn');
  }
  if (props.marked) {
    classes.push('jca-mod-marked');
  }
  if (message.mentions.includes(session.me)) {
    classes.push('jca-mod-mentionsMe');
  }
  const name = author?.profile.name ?? session.nameOf(message.author);
  return (
    <article
      className={classes.join(' ')}
      data-message-id={message.message_id}
      aria-label={name}
      style={{ '--jca-author': author?.profile.color } as React.CSSProperties}
    >
      {props.head && (
        <Avatar
          participantId={message.author}
          participant={author ?? null}
          small
        />
      )}
      <div className="jca-Message-content">
        {props.head && <Head entry={entry} name={name} />}
        {editing && phase === 'posted' ? (
          <EditComposer message={message} onDone={() => setEditing(false)} />
        ) : (
          <Content entry={entry} />
        )}
        {message.deleted_by === null && (
          <Chips
            places={[
              ...(message.anchor ? [message.anchor] : []),
              ...message.attachments
            ]}
          />
        )}
        {message.run_id !== null && <RunLine runId={message.run_id} />}
        <Reactions message={message} />
        {phase === 'failed' && <Failed entry={entry} />}
        {!props.inThread && <ThreadLink messageId={message.message_id} />}
      </div>
      {phase === 'posted' && message.deleted_by === null && !editing && (
        <MessageTools
          message={message}
          inThread={props.inThread}
          onEdit={() => setEditing(true)}
        />
      )}
    </article>
  );
});

function Head(props: { entry: IEntry; name: string }): JSX.Element {
  const { trans } = useServices();
  const { message, phase } = props.entry;
  return (
    <div className="jca-Message-head">
      <span className="jca-Message-author">{props.name}</span>
      {message.author.startsWith('agent:') && (
        <span className="jca-Message-kind">{trans.__('agent')}</span>
      )}
      {phase === 'sending' ? (
        <span className="jca-Message-time">{trans.__('sending…')}</span>
      ) : (
        <Ago className="jca-Message-time" at={message.at} />
      )}
    </div>
  );
}

function Content(props: { entry: IEntry }): JSX.Element {
  const { rendermime, actions, trans } = useServices();
  const session = useSession();
  const { message, phase, editing } = props.entry;
  const mentions = React.useMemo(
    () =>
      message.mentions.map(id => ({
        id,
        name: session.nameOf(id),
        me: id === session.me
      })),
    [message.mentions, session.me]
  );
  if (message.deleted_by !== null) {
    return (
      <p className="jca-Message-deleted">
        {message.deleted_by === message.author
          ? trans.__('deleted')
          : trans.__('deleted by %1', session.nameOf(message.deleted_by))}
      </p>
    );
  }
  return (
    <>
      <MessageBody
        text={editing ?? message.body}
        streaming={phase === 'streaming'}
        rendermime={rendermime}
        mentions={mentions}
        actions={actions}
        trans={trans}
      />
      {editing !== null ? (
        <span className="jca-Message-saving">{trans.__('saving…')}</span>
      ) : (
        message.edits > 0 && (
          <MessageVersions
            messageId={message.message_id}
            edits={message.edits}
          />
        )
      )}
    </>
  );
}

function Failed(props: { entry: IEntry }): JSX.Element {
  const { trans } = useServices();
  const session = useSession();
  const { id, problem } = props.entry;
  return (
    <div className="jca-Message-failed" role="alert">
      <span>{trans.__('Not sent: %1', problem ?? '')}</span>
      <Button small onClick={() => session.retry(id)}>
        {trans.__('Send again')}
      </Button>
      <Button small minimal onClick={() => session.discard(id)}>
        {trans.__('Discard')}
      </Button>
    </div>
  );
}
