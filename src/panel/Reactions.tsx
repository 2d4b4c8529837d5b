import * as React from 'react';
import { SessionModel } from '../model/session';
import { Message } from '../protocol.gen';
import { useServices, useSession } from './context';
import { MenuEntry } from './menu';

/** Symbols that nearly every font has; the protocol takes any emoji. */
const CHOICES = ['✔', '♥', '☺', '★', '⚠', '❓'];

function react(session: SessionModel, message: Message, emoji: string): void {
  const mine = message.reactions[emoji]?.includes(session.me) ?? false;
  session.ask({
    type: 'chat.react',
    message_id: message.message_id,
    emoji,
    on: !mine
  });
}

export function reactionMenu(
  session: SessionModel,
  message: Message
): MenuEntry[] {
  return CHOICES.map(emoji => ({
    label: emoji,
    checked: message.reactions[emoji]?.includes(session.me) ?? false,
    run: () => react(session, message, emoji)
  }));
}

/** Who thinks what of a message; a click joins in or takes it back. */
export function Reactions(props: { message: Message }): JSX.Element | null {
  const { trans } = useServices();
  const session = useSession();
  const { message } = props;
  const reactions = Object.entries(message.reactions);
  if (reactions.length === 0) {
    return null;
  }
  return (
    <ul className="jca-Reactions" aria-label={trans.__('Reactions')}>
      {reactions.map(([emoji, ids]) => {
        const names = ids.map(id => session.nameOf(id)).join(', ');
        return (
          <li key={emoji}>
            <button
              type="button"
              className="jca-Reaction"
              aria-pressed={ids.includes(session.me)}
              aria-label={trans.__('%1 from %2', emoji, names)}
              title={names}
              disabled={!session.can('react')}
              onClick={() => react(session, message, emoji)}
            >
              {emoji} {ids.length}
            </button>
          </li>
        );
      })}
    </ul>
  );
}
