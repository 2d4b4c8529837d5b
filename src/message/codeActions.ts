import { INotebookTracker } from '@jupyterlab/notebook';
import { Cell, ICellModel } from '@jupyterlab/cells';
import { IDisposable } from '@lumino/disposable';
import { ISignal, Signal } from '@lumino/signaling';

/** What a reader may do with the code of a message, beside copying it. */
export interface ICodeActions {
  /** There is a notebook to insert into. */
  readonly canInsert: boolean;
  /** There is a cell whose text may be replaced. */
  readonly canReplace: boolean;
  /** One of the two changed. */
  readonly changed: ISignal<ICodeActions, void>;
  /** Put the code into a new cell below the active one. */
  insertBelow(code: string): void;
  /** Put the code in place of the active cell's text. */
  replace(code: string): void;
}

/** Code actions on the notebook that was used last; each can be undone. */
export class NotebookCodeActions implements ICodeActions, IDisposable {
  constructor(tracker: INotebookTracker) {
    this._tracker = tracker;
    tracker.currentChanged.connect(this._emit, this);
    tracker.activeCellChanged.connect(this._emit, this);
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  get canInsert(): boolean {
    const model = this._tracker.currentWidget?.content.model;
    return !!model && !model.readOnly;
  }

  get canReplace(): boolean {
    const cell = this._tracker.activeCell;
    return this.canInsert && !!cell && isEditable(cell);
  }

  insertBelow(code: string): void {
    const notebook = this._tracker.currentWidget?.content;
    if (!notebook?.model || !this.canInsert) {
      return;
    }
    const index = notebook.activeCellIndex + 1;
    notebook.model.sharedModel.insertCell(index, {
      cell_type: 'code',
      source: code,
      metadata: {}
    });
    notebook.activeCellIndex = index;
    notebook.deselectAll();
    notebook.scrollToItem(index).catch(() => {
      // superseded by another scroll: the cell is active all the same
    });
  }

  replace(code: string): void {
    const cell = this._tracker.activeCell;
    if (cell && this.canReplace) {
      replaceSource(cell.model.sharedModel, code);
    }
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    Signal.clearData(this);
  }

  private _emit(): void {
    this._changed.emit();
  }

  private readonly _tracker: INotebookTracker;
  private readonly _changed = new Signal<this, void>(this);
  private _isDisposed = false;
}

function isEditable(cell: Cell<ICellModel>): boolean {
  return cell.model.getMetadata('editable') !== false;
}

/** The part of a shared text that is needed to change it. */
export interface IReplaceable {
  getSource(): string;
  updateSource(start: number, end: number, value?: string): void;
}

/**
 * Replace the text, leaving alone what both have in common at the start and
 * the end: other people's cursors there stay where they are.
 */
export function replaceSource(shared: IReplaceable, text: string): void {
  const old = shared.getSource();
  if (old === text) {
    return;
  }
  const shorter = Math.min(old.length, text.length);
  let start = 0;
  while (start < shorter && old[start] === text[start]) {
    start++;
  }
  if (isLowSurrogate(old, start) || isLowSurrogate(text, start)) {
    start--;
  }
  let same = 0;
  while (
    same < shorter - start &&
    old[old.length - 1 - same] === text[text.length - 1 - same]
  ) {
    same++;
  }
  if (same > 0 && isLowSurrogate(text, text.length - same)) {
    same--;
  }
  shared.updateSource(
    start,
    old.length - same,
    text.slice(start, text.length - same)
  );
}

function isLowSurrogate(text: string, index: number): boolean {
  const unit = text.charCodeAt(index);
  return unit >= 0xdc00 && unit <= 0xdfff;
}
