import { IDisposable } from '@lumino/disposable';

/**
 * Runs at once when called, then at most every `interval` ms; the last call is
 * never lost.
 */
export class Throttle implements IDisposable {
  constructor(run: () => void, interval: () => number) {
    this._run = run;
    this._interval = interval;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  call(): void {
    if (this._isDisposed) {
      return;
    }
    if (this._timer !== null) {
      this._isWanted = true;
      return;
    }
    this._start();
    this._run();
  }

  dispose(): void {
    this._isDisposed = true;
    if (this._timer !== null) {
      window.clearTimeout(this._timer);
      this._timer = null;
    }
  }

  private _start(): void {
    this._timer = window.setTimeout(() => {
      this._timer = null;
      if (this._isWanted) {
        this._isWanted = false;
        this.call();
      }
    }, this._interval());
  }

  private readonly _run: () => void;
  private readonly _interval: () => number;
  private _timer: number | null = null;
  private _isWanted = false;
  private _isDisposed = false;
}
