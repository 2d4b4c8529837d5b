import { JupyterFrontEnd } from '@jupyterlab/application';
import { PathExt } from '@jupyterlab/coreutils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { FileDialog } from '@jupyterlab/filebrowser';
import { CodeEditor } from '@jupyterlab/codeeditor';
import { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { TranslationBundle } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';
import { Widget } from '@lumino/widgets';
import { DocumentWidget } from '@jupyterlab/docregistry';
import { IPlaceChoice } from '../composer';
import { INamedPlace } from '../documents/lockWords';
import { revealLocation } from '../notebook';
import { caretOf, serverPath } from '../notebook/places';
import { IWorkspace } from '../panel/context';
import { fileName } from '../panel/words';
import { Attachment, Location, Range } from '../protocol.gen';

/** Cells that are offered; nobody scrolls through more. */
const OFFERED = 50;
const WORDS = 40;

/** The documents of this window, as far as the panel cares. */
export class Workspace implements IWorkspace {
  constructor(
    private readonly _app: JupyterFrontEnd,
    private readonly _tracker: INotebookTracker | null,
    private readonly _documents: IDocumentManager | null,
    private readonly _files: () => readonly string[],
    private readonly _trans: TranslationBundle
  ) {
    _tracker?.forEach(panel => this._watch(panel));
    _tracker?.widgetAdded.connect((_, panel) => this._watch(panel));
  }

  readonly changed = new Signal<this, void>(this);

  reveal = (location: Location): Promise<boolean> =>
    revealLocation(this._app, location, { focus: true });

  activeCell(): Attachment | null {
    const panel = this._tracker?.currentWidget;
    const cell = this._tracker?.activeCell;
    const path = panel && this._path(panel);
    if (!cell || !path) {
      return null;
    }
    const { selection } = cell.editor
      ? caretOf(cell.editor)
      : { selection: null };
    return selection
      ? { kind: 'selection', path, cell_id: cell.model.id, selection }
      : { kind: 'cell', path, cell_id: cell.model.id };
  }

  here(): Attachment | null {
    const widget = this._app.shell.currentWidget;
    const editor = textEditorOf(widget);
    const path = this.currentFile();
    if (!editor || path === null) {
      return this.activeCell();
    }
    const { selection } = caretOf(editor);
    return selection
      ? { kind: 'selection', path, selection }
      : { kind: 'file', path };
  }

  activePlace(): Location | null {
    const cell = this.activeCell();
    const index = this._tracker?.currentWidget?.content.activeCellIndex ?? -1;
    return (
      cell && {
        path: cell.path,
        cell_id: cell.cell_id ?? null,
        cell_index: index < 0 ? null : index
      }
    );
  }

  currentFile(): string | null {
    const { currentWidget } = this._app.shell;
    return currentWidget instanceof DocumentWidget
      ? this._path(currentWidget)
      : null;
  }

  openFiles(): string[] {
    const current = this.currentFile();
    return [...new Set([...(current ? [current] : []), ...this._open()])];
  }

  places(query: string): IPlaceChoice[] {
    const wanted = query.toLowerCase();
    const fits = ({ label }: IPlaceChoice): boolean =>
      label.toLowerCase().includes(wanted);
    return [...this._cells(), ...this._documentsAndFiles()]
      .filter(fits)
      .slice(0, OFFERED);
  }

  async pickFiles(): Promise<Attachment[]> {
    if (!this._documents) {
      return [];
    }
    const { value } = await FileDialog.getOpenFiles({
      manager: this._documents,
      title: this._trans.__('Choose files'),
      defaultPath: PathExt.dirname(this.currentFile() ?? '')
    });
    return (value ?? [])
      .filter(model => model.type !== 'directory')
      .map(model => serverPath(this._app.serviceManager.contents, model.path))
      .filter((path): path is string => path !== null)
      .map(path => ({ kind: 'file', path }));
  }

  describe({ path, cell_id, cell_index, selection }: INamedPlace): string {
    const file = fileName(path);
    const where = [
      cell_id ? this._cellName(path, cell_id, cell_index ?? null) : null,
      selection ? this._linesName(selection) : null
    ].filter(Boolean);
    return where.length ? `${where.join(', ')} · ${file}` : file;
  }

  private _cellName(
    path: string,
    cellId: string,
    known: number | null
  ): string {
    const here =
      this._notebook(path)?.content.widgets.findIndex(
        cell => cell.model.id === cellId
      ) ?? -1;
    const index = here === -1 ? known : here;
    return index === null
      ? this._trans.__('a cell')
      : this._trans.__('cell %1', index + 1);
  }

  private _linesName({ anchor, head }: Range): string {
    const first = Math.min(anchor.line, head.line) + 1;
    const last = Math.max(anchor.line, head.line) + 1;
    return first === last
      ? this._trans.__('line %1', first)
      : this._trans.__('lines %1–%2', first, last);
  }

  /** The MIME type of a notebook's code, null while it is not open. */
  codeType(path: string): string | null {
    return this._notebook(path)?.content.codeMimetype ?? null;
  }

  private _cells(): IPlaceChoice[] {
    const panel = this._tracker?.currentWidget;
    const path = panel && this._path(panel);
    if (!panel || !path) {
      return [];
    }
    return panel.content.widgets.map((cell, index) => {
      const words = cell.model.sharedModel.getSource().trim().split('\n')[0];
      return {
        label: this._trans.__(
          'cell %1 · %2',
          index + 1,
          words.slice(0, WORDS) || this._trans.__('empty')
        ),
        attachment: { kind: 'cell', path, cell_id: cell.model.id }
      };
    });
  }

  private _documentsAndFiles(): IPlaceChoice[] {
    const paths = new Set([...this._files(), ...this._open()]);
    return [...paths].map(path => ({
      label: path,
      attachment: { kind: 'file', path }
    }));
  }

  private _open(): string[] {
    return [...this._app.shell.widgets('main')]
      .map(one => (one instanceof DocumentWidget ? this._path(one) : null))
      .filter((path): path is string => !!path);
  }

  private _watch(panel: NotebookPanel): void {
    const tell = (): void => this.changed.emit(undefined);
    panel.disposed.connect(tell);
    void panel.context.ready.then(() => {
      panel.content.model?.cells.changed.connect(tell);
      tell();
    });
  }

  private _notebook(path: string): NotebookPanel | undefined {
    return this._tracker?.find(panel => this._path(panel) === path);
  }

  private _path(widget: DocumentWidget): string | null {
    return serverPath(this._app.serviceManager.contents, widget.context.path);
  }
}

/** The editor of a plain text file; a notebook has one in each cell. */
function textEditorOf(widget: Widget | null): CodeEditor.IEditor | null {
  const content =
    widget instanceof DocumentWidget
      ? (widget.content as Widget & { editor?: CodeEditor.IEditor })
      : null;
  return content?.editor ?? null;
}
