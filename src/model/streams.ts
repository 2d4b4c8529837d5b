/** Texts that are still being written, put together from their pieces. */

import { Message, MessageDelta, MessagePosted } from '../protocol.gen';
import { codePoints, dropCodePoints } from './codePoints';
import { sha256 } from './sha256';

interface IStream {
  readonly text: string;
  /** Characters of `text`. */
  readonly length: number;
  readonly message: Omit<Message, 'body'>;
}

export class Streams {
  /**
   * Take a piece; the message as it reads now, null when nothing changed. A
   * piece that does not fit is left out: the final event's check will notice.
   */
  take(delta: MessageDelta): Message | null {
    if (delta.start && delta.offset === 0) {
      const { author, at, thread_id, run_id } = delta.start;
      this._streams.set(delta.message_id, {
        text: delta.text,
        length: codePoints(delta.text),
        message: {
          message_id: delta.message_id,
          seq: Number.MAX_SAFE_INTEGER,
          at,
          author,
          thread_id,
          anchor: null,
          attachments: [],
          mentions: [],
          reactions: {},
          edited_at: null,
          edits: 0,
          deleted_by: null,
          run_id
        }
      });
      return this.message(delta.message_id);
    }
    const stream = this._streams.get(delta.message_id);
    if (!stream || delta.offset > stream.length) {
      return null;
    }
    const piece = dropCodePoints(delta.text, stream.length - delta.offset);
    if (!piece) {
      return null;
    }
    this._streams.set(delta.message_id, {
      ...stream,
      text: stream.text + piece,
      length: stream.length + codePoints(piece)
    });
    return this.message(delta.message_id);
  }

  /** The message as far as it is written, null for none. */
  message(messageId: string): Message | null {
    const stream = this._streams.get(messageId);
    return stream ? { ...stream.message, body: stream.text } : null;
  }

  /**
   * The streamed message is complete. `text` is its body when the event has
   * none; `sound` is false when that is not what the author wrote.
   */
  finish(event: MessagePosted): { text: string; sound: boolean } {
    const stream = this._streams.get(event.message_id);
    this._streams.delete(event.message_id);
    if (typeof event.body === 'string') {
      return { text: event.body, sound: true };
    }
    const text = stream?.text ?? '';
    const sound =
      (stream?.length ?? 0) === event.length &&
      (event.sha256 === null || sha256(text) === event.sha256);
    return { text, sound };
  }

  /** Forget one; false when there was none. */
  drop(messageId: string): boolean {
    return this._streams.delete(messageId);
  }

  /** Forget all; their ids. */
  clear(): string[] {
    const ids = [...this._streams.keys()];
    this._streams.clear();
    return ids;
  }

  ids(): Iterable<string> {
    return this._streams.keys();
  }

  private _streams = new Map<string, IStream>();
}
