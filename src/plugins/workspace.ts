import { JupyterFrontEnd } from '@jupyterlab/application';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { FileDialog } from '@jupyterlab/filebrowser';
import { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { TranslationBundle } from '@jupyterlab/translation';
import { DocumentWidget } from '@jupyterlab/docregistry';
import { IPlaceChoice } from '../composer';
import { INamedPlace } from '../documents/lockWords';
import { revealLocation } from '../notebook';
import { caretOf, serverPath } from '../notebook/places';
import { IWorkspace } from '../panel/context';
import { fileName } from '../panel/words';
import { Attachment, Location } from '../protocol.gen';

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
  ) {}

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
      filter: model => (model.type === 'directory' ? null : {})
    });
    return (value ?? [])
      .filter(model => model.type !== 'directory')
      .map(model => serverPath(this._app.serviceManager.contents, model.path))
      .filter((path): path is string => path !== null)
      .map(path => ({ kind: 'file', path }));
  }

  describe({ path, cell_id, cell_index }: INamedPlace): string {
    const file = fileName(path);
    if (!cell_id) {
      return file;
    }
    const here = this._notebook(path)?.content.widgets.findIndex(
      cell => cell.model.id === cell_id
    );
    const index = here !== undefined && here >= 0 ? here : (cell_index ?? null);
    return index === null
      ? this._trans.__('a cell · %1', file)
      : this._trans.__('cell %1 · %2', index + 1, file);
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

  private _notebook(path: string): NotebookPanel | undefined {
    return this._tracker?.find(panel => this._path(panel) === path);
  }

  private _path(widget: DocumentWidget): string | null {
    return serverPath(this._app.serviceManager.contents, widget.context.path);
  }
}
