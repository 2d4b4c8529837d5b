import { Ending } from '../client/closing';
import { IKeptText } from '../client/outbox';
import { ITimers, SocketFactory } from '../client/socket';
import { Anchor, Attachment, DurableEvent, MessagePage } from '../protocol.gen';

/** What a session asks over HTTP. */
export interface ISessionSource {
  page(options: {
    before?: number;
    limit?: number;
    thread?: string;
  }): Promise<MessagePage>;
  search(query: string, before?: number): Promise<MessagePage>;
  /** The log from after a seq on, in order. */
  events(after: number, limit: number): Promise<DurableEvent[]>;
  /** Why joining fails, null when the server or the network does. */
  probe(): Promise<Ending | null>;
  /** What the server says is wrong with it, null when nothing or unknown. */
  problem(): Promise<string | null>;
}

export interface ISessionOptions {
  readonly sessionId: string;
  /** My participant id, as far as it is known. */
  readonly me: string;
  readonly sockets: SocketFactory;
  readonly timers: ITimers;
  readonly storage: IKeptText;
  readonly source: ISessionSource;
}

export interface IDraftMessage {
  readonly body: string;
  readonly replyTo?: string | null;
  readonly anchor?: Anchor | null;
  readonly attachments?: Attachment[];
}
