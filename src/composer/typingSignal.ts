import { IDisposable } from '@lumino/disposable';

/** Said again while the writing goes on; others forget it after 6 s. */
const REPEAT_AFTER = 3000;

/** Silence that means the writing has stopped. */
const STOP_AFTER = 4000;

/** Tells others that somebody writes here: often enough, not at every key. */
export class TypingSignal implements IDisposable {
  constructor(tell: (typing: boolean) => void) {
    this._tell = tell;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** A key was pressed; `isEmpty`: there is no text (any more). */
  typed(isEmpty: boolean): void {
    if (this._isDisposed) {
      return;
    }
    if (isEmpty) {
      this.stop();
      return;
    }
    window.clearTimeout(this._timer);
    this._timer = window.setTimeout(() => this.stop(), STOP_AFTER);
    const now = Date.now();
    if (this._toldAt === null || now - this._toldAt >= REPEAT_AFTER) {
      this._toldAt = now;
      this._tell(true);
    }
  }

  /** The text was sent or left. */
  stop(): void {
    window.clearTimeout(this._timer);
    if (this._toldAt !== null) {
      this._toldAt = null;
      this._tell(false);
    }
  }

  dispose(): void {
    if (!this._isDisposed) {
      this.stop();
      this._isDisposed = true;
    }
  }

  private readonly _tell: (typing: boolean) => void;
  private _timer: number | undefined;
  private _toldAt: number | null = null;
  private _isDisposed = false;
}
