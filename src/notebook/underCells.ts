import { Cell } from '@jupyterlab/cells';
import { Notebook } from '@jupyterlab/notebook';
import { IDisposable } from '@lumino/disposable';
import { PanelLayout, Widget } from '@lumino/widgets';

/** Something that stands under the text of a cell. */
export interface IUnderCell {
  readonly key: string;
  readonly cellId: string;
  create(): Widget;
}

/** Widgets under the text of a notebook's cells; they move with their cells. */
export class UnderCells implements IDisposable {
  constructor(private readonly _notebook: Notebook) {}

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Show these and nothing else; what is there already stays as it is. */
  show(parts: readonly IUnderCell[]): void {
    const gone = new Set(this._widgets.keys());
    const cells = new Map(
      this._notebook.widgets.map(cell => [cell.model.id, cell])
    );
    for (const { key, cellId, create } of parts) {
      const cell = cells.get(cellId);
      if (!cell) {
        continue;
      }
      gone.delete(key);
      const known = this._widgets.get(key);
      // a moved cell has another widget, which took the old ones along
      if (known && !known.isDisposed && known.parent === cell) {
        continue;
      }
      known?.dispose();
      const widget = create();
      // keys on our buttons are no commands to the notebook
      widget.node.dataset.lmSuppressShortcuts = 'true';
      this._widgets.set(key, widget);
      insertUnder(cell, widget);
    }
    for (const key of gone) {
      this._widgets.get(key)?.dispose();
      this._widgets.delete(key);
    }
  }

  dispose(): void {
    if (!this._isDisposed) {
      this._isDisposed = true;
      this._widgets.forEach(widget => widget.dispose());
      this._widgets.clear();
    }
  }

  private readonly _widgets = new Map<string, Widget>();
  private _isDisposed = false;
}

function insertUnder(cell: Cell, widget: Widget): void {
  const layout = cell.layout as PanelLayout;
  const input = layout.widgets.findIndex(one =>
    one.hasClass('jp-Cell-inputWrapper')
  );
  layout.insertWidget(input + 1, widget);
}
