import * as React from 'react';
import { Composer } from '../composer';
import { Message } from '../protocol.gen';
import { completionSources } from './composing';
import { useServices, useSession } from './context';

const NO_ATTACHMENTS: readonly never[] = [];

/** Changing one's own words, in their place. */
export function EditComposer(props: {
  message: Message;
  onDone(): void;
}): JSX.Element {
  const services = useServices();
  const session = useSession();
  const { message, onDone } = props;
  const sources = React.useMemo(
    () => completionSources(services, session),
    [services, session]
  );
  return (
    <Composer
      draftKey=""
      placeholder={services.trans.__('Edit the message')}
      sendOnEnter={services.settings.sendOnEnter}
      sources={sources}
      initialText={message.body}
      sendLabel={services.trans.__('Save')}
      autofocus
      onSend={text => {
        if (text !== message.body) {
          session.edit(message.message_id, text);
        }
        onDone();
      }}
      onCancel={onDone}
      onTyping={() => undefined}
      attachments={NO_ATTACHMENTS}
      onAttachmentsChange={() => undefined}
      trans={services.trans}
    />
  );
}
