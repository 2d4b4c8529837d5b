import * as React from 'react';
import { Composer, isSamePlace } from '../composer';
import { Anchor, Attachment } from '../protocol.gen';
import { completionSources, excess, whyNot } from './composing';
import { useServices, useSession } from './context';
import { useSignal, useValue } from './useSignal';

interface IMessageComposerProps {
  /** Replies go into this thread. */
  threadId: string | null;
  /** The first message opens a thread at this place. */
  anchor?: Anchor;
  placeholder: string;
  autofocus?: boolean;
  onSent?(): void;
}

const EMPTY: readonly Attachment[] = [];

/** Where one writes, with what there is to say about that. */
export function MessageComposer(props: IMessageComposerProps): JSX.Element {
  const services = useServices();
  const session = useSession();
  const { trans, settings, workspace } = services;
  const { threadId, anchor } = props;
  useSignal(settings.changed);
  useSignal(session.permissionsChanged);
  useSignal(session.connectionChanged);
  const [problem, setProblem] = React.useState<string | null>(null);

  // attachments that come from elsewhere go to the main composer
  const isMain = threadId === null && !anchor;
  const shared = useValue(
    session.attachmentsChanged,
    () => session.attachments
  );
  const [own, setOwn] = React.useState(EMPTY);
  const attachments = isMain ? shared : own;
  const setAttachments = isMain
    ? (next: readonly Attachment[]) => session.setAttachments(next)
    : setOwn;
  const add = (attachment: Attachment): void => {
    if (!attachments.some(other => isSamePlace(other, attachment))) {
      setAttachments([...attachments, attachment]);
    }
  };

  const sources = React.useMemo(
    () => completionSources(services, session),
    [services, session]
  );
  const place = anchor
    ? `${anchor.path}#${anchor.cell_id ?? ''}`
    : (threadId ?? '');
  return (
    <>
      <TypingLine threadId={threadId} />
      {problem && (
        <p className="jca-Composing-problem" role="alert">
          {problem}
        </p>
      )}
      <Composer
        key={place}
        draftKey={`${session.sessionId}:${place}`}
        placeholder={props.placeholder}
        disabled={whyNot(services, session)}
        sendOnEnter={settings.sendOnEnter}
        sources={sources}
        autofocus={props.autofocus}
        attachments={attachments}
        describeAttachment={attachment => workspace.describe(attachment)}
        onAttachmentsChange={setAttachments}
        onAttachCell={() => {
          const here = workspace.here();
          if (here) {
            setProblem(null);
            add(here);
          } else {
            setProblem(
              trans.__('Open a notebook or a file first, and choose a place.')
            );
          }
        }}
        onAttachFile={() =>
          void workspace.pickFiles().then(files => files.forEach(add))
        }
        onTyping={typing => {
          if (settings.sendTyping) {
            session.setTyping(typing, threadId);
          }
        }}
        onSend={(text, sent) => {
          const over = excess(text, session);
          if (over) {
            setProblem(
              trans.__(
                'Too long by %1 bytes. Shorten it, or attach a file.',
                over
              )
            );
            return false;
          }
          setProblem(null);
          session.post({
            body: text,
            replyTo: threadId,
            anchor: anchor ?? null,
            attachments: sent
          });
          setAttachments(EMPTY);
          props.onSent?.();
          return true;
        }}
        trans={trans}
      />
    </>
  );
}

/** "Ben is typing…" */
function TypingLine(props: { threadId: string | null }): JSX.Element {
  const { trans } = useServices();
  const session = useSession();
  useSignal(session.typingChanged);
  const names = session.typing(props.threadId).map(id => session.nameOf(id));
  const text =
    names.length === 0
      ? ''
      : names.length === 1
        ? trans.__('%1 is typing…', names[0])
        : names.length === 2
          ? trans.__('%1 and %2 are typing…', names[0], names[1])
          : trans.__('%1 people are typing…', names.length);
  return (
    <p className="jca-Typing" aria-live="polite">
      {text}
    </p>
  );
}
