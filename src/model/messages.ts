/** A message and the events that concern it; same as `domain.messages`. */

import { DurableEvent, Message } from '../protocol.gen';

/** The id of the message that an event concerns, null for none. */
export function concerns(event: DurableEvent): string | null {
  switch (event.type) {
    case 'chat.posted':
    case 'chat.edited':
    case 'chat.deleted':
    case 'chat.reacted':
      return event.message_id;
    default:
      return null;
  }
}

function reacted(
  message: Message,
  emoji: string,
  actor: string,
  on: boolean
): Message['reactions'] {
  const others = (message.reactions[emoji] ?? []).filter(id => id !== actor);
  const changed = {
    ...message.reactions,
    [emoji]: on ? [...others, actor] : others
  };
  if (changed[emoji].length === 0) {
    delete changed[emoji];
  }
  return changed;
}

/**
 * The message after an event, null when it concerns none or an unknown one.
 * `streamed` stands in for the body that a posted event left out.
 */
export function project(
  event: DurableEvent,
  message: Message | null,
  streamed = ''
): Message | null {
  if (event.type === 'chat.posted') {
    return {
      message_id: event.message_id,
      seq: event.seq,
      at: event.at,
      author: event.actor,
      body: event.body ?? streamed,
      thread_id: event.thread_id,
      anchor: event.anchor,
      attachments: event.attachments,
      mentions: event.mentions,
      reactions: {},
      edited_at: null,
      edits: 0,
      deleted_by: null,
      run_id: event.run_id
    };
  }
  if (message === null || concerns(event) === null) {
    return null;
  }
  if (message.deleted_by !== null) {
    return message;
  }
  switch (event.type) {
    case 'chat.edited':
      return {
        ...message,
        body: event.body,
        mentions: event.mentions,
        edited_at: event.at,
        edits: message.edits + 1
      };
    case 'chat.deleted':
      return {
        ...message,
        body: '',
        attachments: [],
        mentions: [],
        reactions: {},
        deleted_by: event.actor
      };
    case 'chat.reacted':
      return {
        ...message,
        reactions: reacted(message, event.emoji, event.actor, event.on)
      };
    default:
      return message;
  }
}
