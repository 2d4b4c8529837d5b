import { DurableEvent, Message, SessionState } from '../protocol.gen';
import { concerns, project } from './messages';
import { applyEvent } from './state';

/** All that a session's durable events add up to. */
export interface ITranscript {
  readonly state: SessionState | null;
  readonly messages: ReadonlyMap<string, Message>;
}

export const EMPTY: ITranscript = { state: null, messages: new Map() };

/** One more event. Pure: the transcript that was given stays as it is. */
export function reduce(
  transcript: ITranscript,
  event: DurableEvent
): ITranscript {
  const state = applyEvent(transcript.state, event);
  const id = concerns(event);
  if (id === null) {
    return { ...transcript, state };
  }
  const message = project(event, transcript.messages.get(id) ?? null);
  return message === null
    ? { ...transcript, state }
    : { state, messages: new Map(transcript.messages).set(id, message) };
}
