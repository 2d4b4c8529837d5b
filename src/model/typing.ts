import { ITimers } from '../client/socket';

/** The server lets a sign of typing expire after 6 s; a little later, so do we. */
const EXPIRES = 7_000;

/** Who is writing, and where (a thread's id, null outside threads). */
export class Typing {
  constructor(
    private readonly _timers: ITimers,
    private readonly _onChange: () => void
  ) {}

  set(participantId: string, typing: boolean, threadId: string | null): void {
    const known = this._typing.get(participantId);
    if (known) {
      this._timers.cancel(known.timer);
      this._typing.delete(participantId);
    }
    if (typing) {
      const timer = this._timers.later(EXPIRES, () =>
        this.set(participantId, false, null)
      );
      this._typing.set(participantId, { threadId, timer });
    }
    if (typing || known) {
      this._onChange();
    }
  }

  clear(): void {
    [...this._typing.keys()].forEach(id => this.set(id, false, null));
  }

  /** Ids of those who write there. */
  in(threadId: string | null): string[] {
    return [...this._typing]
      .filter(([, place]) => place.threadId === threadId)
      .map(([participantId]) => participantId);
  }

  private _typing = new Map<
    string,
    { threadId: string | null; timer: unknown }
  >();
}
