import { Contents } from '@jupyterlab/services';
import { Location, Position, Range } from '../protocol.gen';

/** Where a caret or a selection is, as JupyterLab's editors say it. */
export interface IEditorPlaces {
  getCursorPosition(): Position;
  getSelection(): { start: Position; end: Position };
}

/**
 * The path as the server knows it, relative to its root; null when the file is
 * somewhere else.
 */
export function serverPath(
  contents: Contents.IManager,
  path: string
): string | null {
  const drive = contents.driveName(path);
  return drive === '' || drive === 'RTC' ? contents.localPath(path) : null;
}

/** The caret and the selection (null when nothing is selected). */
export function caretOf(editor: IEditorPlaces): {
  cursor: Position;
  selection: Range | null;
} {
  const cursor = bare(editor.getCursorPosition());
  const { start, end } = editor.getSelection();
  if (isSame(start, end)) {
    return { cursor, selection: null };
  }
  const anchor = isSame(cursor, start) ? end : start;
  return { cursor, selection: { anchor: bare(anchor), head: cursor } };
}

/** Whether two locations are the same in every respect. */
export function isSameLocation(
  a: Location | null,
  b: Location | null
): boolean {
  return JSON.stringify(inOrder(a)) === JSON.stringify(inOrder(b));
}

/** Whether two locations look the same from afar: file, cell, line. */
export function isSameView(a: Location | null, b: Location | null): boolean {
  if (a === null || b === null) {
    return a === b;
  }
  return (
    a.path === b.path &&
    (a.cell_id ?? null) === (b.cell_id ?? null) &&
    (a.cursor?.line ?? null) === (b.cursor?.line ?? null)
  );
}

function inOrder(location: Location | null): unknown {
  return (
    location && [
      location.path,
      location.cell_id ?? null,
      location.cell_index ?? null,
      location.cursor ?? null,
      location.selection ?? null
    ]
  );
}

function bare(position: Position): Position {
  // editors add fields that the wire forbids
  return { line: position.line, column: position.column };
}

function isSame(a: Position, b: Position): boolean {
  return a.line === b.line && a.column === b.column;
}
