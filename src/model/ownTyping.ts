import { ITimers } from '../client/socket';
import { EphemeralWish } from '../tokens';

/** Said again after this many milliseconds, before others let it expire. */
const AGAIN = 3000;

/** Tells that I am writing: when it is news, and again before it expires. */
export class OwnTyping {
  constructor(
    private readonly _timers: ITimers,
    private readonly _say: (wish: EphemeralWish) => void
  ) {}

  set(typing: boolean, threadId: string | null): void {
    const now = this._timers.now();
    const said = this._said;
    if (typing) {
      if (said && said.threadId === threadId && now - said.at < AGAIN) {
        return;
      }
    } else if (!said) {
      return;
    }
    this._said = typing ? { threadId, at: now } : null;
    this._say({ type: 'typing.update', typing, thread_id: threadId });
  }

  /** What I wrote is posted: that says it by itself. */
  posted(): void {
    this._said = null;
  }

  private _said: { threadId: string | null; at: number } | null = null;
}
