import { ITimers } from '../client/socket';
import { Message, SessionState } from '../protocol.gen';
import { reason } from '../request';
import { Changes } from './changes';
import { Conversation } from './conversation';
import { readPast } from './pastNotices';
import { ISessionSource } from './sessionOptions';

const PAGE = 100;
/** While going far back, pages are larger. */
const LONG_PAGE = 500;
/** The messages are drawn first, then the lines of the past between them. */
const RECALL_AFTER = 500;

/** Fetches what a conversation does not have yet; `flush` shows it. */
export class Pages {
  constructor(
    private readonly _source: ISessionSource,
    private readonly _timers: ITimers,
    private readonly _conversation: Conversation,
    private readonly _changes: Changes,
    private readonly _flush: () => void
  ) {}

  /** Load what is before the first message, until the list has grown. */
  loadEarlier(limit = PAGE): Promise<void> {
    // whoever asks meanwhile waits for the same pages
    this._loading ??= this._load(limit).finally(() => {
      this._loading = null;
    });
    return this._loading;
  }

  /** Have everything outside threads from this seq on. */
  async loadBackTo(seq: number): Promise<void> {
    const conversation = this._conversation;
    while (conversation.hasEarlier && conversation.firstSeq > seq) {
      await this.loadEarlier(LONG_PAGE);
    }
  }

  /** Have all of a thread, with its root. */
  async loadThread(threadId: string): Promise<void> {
    let before: number | undefined;
    for (;;) {
      const page = await this._source.page({
        before,
        limit: LONG_PAGE,
        thread: threadId
      });
      this._conversation.merge(page.messages);
      this._changes.touch('list', 'threads');
      this._flush();
      if (!page.has_earlier || page.messages.length === 0) {
        return;
      }
      before = page.messages[0].seq;
    }
  }

  /** Take the stored text of a message. Rejects with `RequestError`. */
  async fetchAgain(message: Message): Promise<void> {
    const { messages } = await this._source.page({
      before: message.seq + 1,
      limit: 1
    });
    const stored = messages[messages.length - 1];
    if (stored?.message_id === message.message_id) {
      this._conversation.put(stored);
      this._flush();
    }
  }

  /** A little later: who came, went and failed among the messages shown. */
  recallSoon(snapshot: SessionState): void {
    this._timers.cancel(this._timer);
    this._timer = this._timers.later(
      RECALL_AFTER,
      () => void this._recall(snapshot)
    );
  }

  /** The session is not ours any more: what is shown is all there will be. */
  stopRecalling(): void {
    this._recalls++;
    this._timers.cancel(this._timer);
  }

  dispose(): void {
    this._disposed = true;
    this.stopRecalling();
  }

  private async _load(limit: number): Promise<void> {
    const conversation = this._conversation;
    const size = conversation.size(null);
    while (
      conversation.hasEarlier &&
      conversation.size(null) === size &&
      !this._disposed
    ) {
      const before = conversation.firstSeq;
      const page = await this._source.page({ before, limit });
      conversation.hasEarlier = page.has_earlier && page.messages.length > 0;
      conversation.prepend(page.messages);
      this._flush();
    }
  }

  private async _recall(snapshot: SessionState): Promise<void> {
    const { hasEarlier, firstSeq } = this._conversation;
    const from = hasEarlier ? firstSeq : 1;
    const recall = ++this._recalls;
    try {
      const past = await readPast(this._source, snapshot, from);
      if (recall === this._recalls && !this._disposed) {
        this._conversation.recall(past);
        this._flush();
      }
    } catch (error) {
      // only lines of the past are missing
      console.warn(reason(error));
    }
  }

  private _loading: Promise<void> | null = null;
  private _recalls = 0;
  private _timer: unknown = null;
  private _disposed = false;
}
