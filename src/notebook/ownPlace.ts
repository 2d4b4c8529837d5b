import { JupyterFrontEnd } from '@jupyterlab/application';
import { MainAreaWidget } from '@jupyterlab/apputils';
import { CodeEditor } from '@jupyterlab/codeeditor';
import {
  DocumentRegistry,
  DocumentWidget,
  IDocumentWidget
} from '@jupyterlab/docregistry';
import { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { DisposableSet, IDisposable } from '@lumino/disposable';
import { ISignal, Signal } from '@lumino/signaling';
import { Widget } from '@lumino/widgets';
import { Location } from '../protocol.gen';
import { listen } from './disposal';
import { caretOf, serverPath } from './places';

/** A file in a plain text editor, as `@jupyterlab/fileeditor` makes it. */
export type EditorPanel = DocumentWidget<
  Widget & { readonly editor: CodeEditor.IEditor },
  DocumentRegistry.ICodeModel
> &
  Pick<MainAreaWidget, 'contentHeader'>;

/** The open plain text editors. */
export interface IEditorPanels {
  has(widget: Widget): boolean;
  forEach(fn: (panel: EditorPanel) => void): void;
  readonly widgetAdded: ISignal<any, EditorPanel>;
}

/** Where the person at this browser is in the workspace. */
export class OwnPlace implements IDisposable {
  constructor(
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    editors: IEditorPanels | null
  ) {
    this._app = app;
    this._tracker = tracker;
    this._editors = editors;
    if (app.shell.currentChanged) {
      this._listeners.add(
        listen(app.shell.currentChanged, () => this._onCurrent())
      );
    }
    this._onCurrent();
  }

  /** Something about the location may be different now. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._listeners.isDisposed;
  }

  /** Null when no file is in front. */
  get location(): Location | null {
    const widget = this._app.shell.currentWidget;
    if (!widget || widget.isDisposed || !isDocument(widget)) {
      return null;
    }
    const { contents } = this._app.serviceManager;
    const path = serverPath(contents, widget.context.path);
    if (path === null || path === '') {
      return null;
    }
    if (this._isNotebook(widget)) {
      const { activeCell, activeCellIndex, mode } = widget.content;
      if (!activeCell) {
        return { path };
      }
      const { editor } = activeCell;
      return {
        path,
        cell_id: activeCell.model.id,
        cell_index: Math.max(0, activeCellIndex),
        ...(mode === 'edit' && editor ? caretOf(editor) : {})
      };
    }
    if (this._isEditor(widget)) {
      return { path, ...caretOf(widget.content.editor) };
    }
    return { path };
  }

  dispose(): void {
    if (!this.isDisposed) {
      this._listeners.dispose();
      this._inFront.dispose();
      this._inCell.dispose();
      Signal.clearData(this);
    }
  }

  private _isNotebook(widget: Widget): widget is NotebookPanel {
    return this._tracker.has(widget);
  }

  private _isEditor(widget: Widget): widget is Widget & EditorPanel {
    return !!this._editors?.has(widget);
  }

  private _onCurrent(): void {
    this._inFront.dispose();
    this._inCell.dispose();
    this._inFront = new DisposableSet();
    const tell = () => this._changed.emit();
    const widget = this._app.shell.currentWidget;
    if (widget && isDocument(widget)) {
      this._inFront.add(listen(widget.context.pathChanged, tell));
      if (this._isNotebook(widget)) {
        const { content } = widget;
        this._inFront.add(
          listen(content.activeCellChanged, () => this._onCell(widget))
        );
        this._inFront.add(listen(content.stateChanged, tell));
        this._onCell(widget);
      } else if (this._isEditor(widget)) {
        const { model } = widget.content.editor;
        this._inFront.add(listen(model.selections.changed, tell));
      }
    }
    tell();
  }

  private _onCell(panel: NotebookPanel): void {
    this._inCell.dispose();
    const model = panel.content.activeCell?.model;
    this._inCell = new DisposableSet();
    if (model) {
      this._inCell.add(
        listen(model.selections.changed, () => this._changed.emit())
      );
    }
    this._changed.emit();
  }

  private readonly _app: JupyterFrontEnd;
  private readonly _tracker: INotebookTracker;
  private readonly _editors: IEditorPanels | null;
  private readonly _changed = new Signal<this, void>(this);
  private readonly _listeners = new DisposableSet();
  private _inFront = new DisposableSet();
  private _inCell = new DisposableSet();
}

/** Whether the widget shows a file. */
export function isDocument(
  widget: Widget
): widget is Widget & IDocumentWidget<Widget, DocumentRegistry.IModel> {
  const { context } = widget as Widget & { context?: { path?: unknown } };
  return typeof context?.path === 'string';
}
