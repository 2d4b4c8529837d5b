import { JupyterFrontEnd } from '@jupyterlab/application';
import { Cell } from '@jupyterlab/cells';
import { CodeEditor } from '@jupyterlab/codeeditor';
import { Notebook } from '@jupyterlab/notebook';
import { DockPanel, Widget } from '@lumino/widgets';
import { Location, Position } from '../protocol.gen';
import { isDocument } from './ownPlace';
import { serverPath } from './places';
import { stayAt } from './stayAt';

/** How long a place that was gone to is marked, in ms. */
const MARKED_FOR = 1500;

/** How to go to a place. */
export interface IRevealOptions {
  /** Put the focus there too (somebody asked to be taken there). */
  focus?: boolean;
  /** Make the cell the active one; never while another one is edited. */
  select?: boolean;
}

/**
 * Show a place: open the file if it is not open, bring it to the front, scroll
 * to the cell or line. False when it does not exist (any more).
 */
export async function revealLocation(
  app: JupyterFrontEnd,
  location: Location,
  options: IRevealOptions = {}
): Promise<boolean> {
  const { focus = false, select = true } = options;
  const widget = await openDocument(app, location.path);
  if (!widget || !isDocument(widget)) {
    return false;
  }
  bringToFront(app, widget, focus);
  await widget.context.ready;
  if (widget.isDisposed) {
    return false;
  }
  const { content } = widget;
  if (isNotebook(content)) {
    return revealCell(content, location, { focus, select });
  }
  const editor = (content as { editor?: CodeEditor.IEditor }).editor;
  if (editor) {
    revealPosition(editor, location, focus);
  }
  return true;
}

async function openDocument(
  app: JupyterFrontEnd,
  path: string
): Promise<Widget | undefined> {
  const { contents } = app.serviceManager;
  for (const widget of app.shell.widgets('main')) {
    const isIt =
      isDocument(widget) && serverPath(contents, widget.context.path) === path;
    if (isIt) {
      return widget;
    }
  }
  try {
    const made: Widget | undefined = await app.commands.execute(
      'docmanager:open',
      { path, options: { activate: false } }
    );
    return made;
  } catch (reason) {
    console.warn('The file could not be opened.', reason);
    return undefined;
  }
}

/** Selecting a tab moves no focus; activating a widget does. */
function bringToFront(
  app: JupyterFrontEnd,
  widget: Widget,
  focus: boolean
): void {
  if (focus) {
    app.shell.activateById(widget.id);
    return;
  }
  const dock = widget.parent;
  if (dock instanceof DockPanel && !widget.isVisible) {
    dock.selectWidget(widget);
  }
}

/** The selection if there is one, else the caret; selected only on request. */
function revealPosition(
  editor: CodeEditor.IEditor,
  { cursor, selection }: Location,
  focus: boolean
): void {
  const place = cursor ?? selection?.head;
  if (!place) {
    return;
  }
  const position = clamp(editor, place);
  if (focus) {
    const [start, end] = selection
      ? inOrder(clamp(editor, selection.anchor), clamp(editor, selection.head))
      : [position, position];
    editor.setSelection({ start, end });
    editor.focus();
  }
  editor.revealPosition(position);
}

function inOrder<P extends Position>(a: P, b: P): [P, P] {
  return a.line < b.line || (a.line === b.line && a.column < b.column)
    ? [a, b]
    : [b, a];
}

async function revealCell(
  notebook: Notebook,
  location: Location,
  options: Required<IRevealOptions>
): Promise<boolean> {
  if (!location.cell_id) {
    return true;
  }
  const index = notebook.widgets.findIndex(
    cell => cell.model.id === location.cell_id
  );
  if (index < 0) {
    return false;
  }
  if (options.select && (options.focus || notebook.mode === 'command')) {
    notebook.deselectAll();
    notebook.activeCellIndex = index;
  }
  const cell = notebook.widgets[index];
  await stayAt(notebook, cell);
  if (options.focus && location.selection && cell?.editor) {
    revealPosition(cell.editor, location, true);
  }
  markBriefly(cell);
  return true;
}

function markBriefly(cell: Cell | undefined): void {
  if (cell && !cell.isDisposed) {
    cell.addClass('jca-mod-revealed');
    window.setTimeout(() => {
      if (!cell.isDisposed) {
        cell.removeClass('jca-mod-revealed');
      }
    }, MARKED_FOR);
  }
}

function clamp(
  editor: CodeEditor.IEditor,
  position: Position
): CodeEditor.IPosition {
  const line = Math.min(position.line, editor.lineCount - 1);
  const length = editor.getLine(line)?.length ?? 0;
  return { line, column: Math.min(position.column, length) };
}

function isNotebook(content: Widget): content is Notebook {
  return content instanceof Notebook;
}
