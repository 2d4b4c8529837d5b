import { IDisposable } from '@lumino/disposable';
import { ICollab } from '../tokens';
import { CountedChange, EditCoalescer } from './editCoalescer';

/** Changes are collected for this long, in ms. */
export const REPORT_AFTER = 2000;

/** Tells the session what was done to one file, every now and then. */
export class EditReporter implements IDisposable {
  constructor(collab: ICollab, path: () => string | null) {
    this._collab = collab;
    this._path = path;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  add(change: CountedChange): void {
    if (this._isDisposed || !this._mayReport) {
      return;
    }
    this._coalescer.add(change);
    if (this._timer === null) {
      this._timer = window.setTimeout(() => this._report(), REPORT_AFTER);
    }
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    if (this._timer !== null) {
      window.clearTimeout(this._timer);
    }
  }

  private get _mayReport(): boolean {
    const session = this._collab.session;
    return !!session?.live && session.permissions.has('report_edit');
  }

  private _report(): void {
    this._timer = null;
    const path = this._path();
    if (path === null || !this._mayReport) {
      // news of long ago are none
      this._coalescer.clear();
      return;
    }
    const cells = this._coalescer.take();
    if (cells.length) {
      this._collab.session?.sendEphemeral({ type: 'edit.report', path, cells });
    }
    if (!this._coalescer.isEmpty) {
      this._timer = window.setTimeout(() => this._report(), REPORT_AFTER);
    }
  }

  private readonly _collab: ICollab;
  private readonly _path: () => string | null;
  private readonly _coalescer = new EditCoalescer();
  private _timer: number | null = null;
  private _isDisposed = false;
}
