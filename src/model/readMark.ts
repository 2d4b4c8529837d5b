import { ITimers } from '../client/socket';
import { Changes } from './changes';
import { Reading } from './reading';

/** What is read within this time is told at once, in milliseconds. */
const TELL_AFTER = 1000;

/** Moves my read mark while I look, and tells the server a moment later. */
export class ReadMark {
  constructor(
    private readonly _reading: Reading,
    private readonly _timers: ITimers,
    private readonly _changes: Changes,
    private readonly _say: (readSeq: number) => void
  ) {}

  /** The server's mark and the newest message of others, as we come in. */
  open(readSeq: number, newest: number): void {
    if (this._reading.readSeq > readSeq) {
      this._tell();
    }
    this._reading.open(readSeq, newest);
  }

  /** Whoever watches has read to the end. */
  readTo(lastSeq: number): void {
    if (!this._reading.watching || !this._reading.read(lastSeq)) {
      return;
    }
    this._changes.touch('unread');
    this._timer ??= this._timers.later(TELL_AFTER, () => {
      this._timer = null;
      this._tell();
    });
  }

  dispose(): void {
    this._timers.cancel(this._timer);
  }

  private _tell(): void {
    this._say(this._reading.readSeq);
  }

  private _timer: unknown = null;
}
