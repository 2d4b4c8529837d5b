import { YFile, YNotebook } from '@jupyter/ydoc';
import * as Y from 'yjs';
import { CountedChange, EditCoalescer, MAX_CELLS } from '../editCoalescer';
import { compareLists, observeCells, observeText } from '../localEdits';

// the shared model reads new cells before they belong to a document, and Yjs
// grumbles about each of them
jest.spyOn(console, 'warn').mockImplementation();

const change = (
  cell_id: string | null,
  kind: CountedChange['kind'],
  inserted = 0,
  removed = 0
): CountedChange => ({ cell_id, kind, inserted, removed });

describe('collected edits', () => {
  test('are one line per cell', () => {
    const edits = new EditCoalescer();
    edits.add(change('a', 'edited', 3));
    edits.add(change('b', 'edited', 1));
    edits.add(change('a', 'edited', 2, 4));
    expect(edits.take()).toEqual([
      change('a', 'edited', 5, 4),
      change('b', 'edited', 1)
    ]);
    expect(edits.isEmpty).toBe(true);
  });

  test('keep a run apart from the typing', () => {
    const edits = new EditCoalescer();
    edits.add(change('a', 'edited', 3));
    edits.add(change('a', 'ran'));
    edits.add(change('a', 'ran'));
    expect(edits.take().map(one => one.kind)).toEqual(['edited', 'ran']);
  });

  test('forget a cell that came and went', () => {
    const edits = new EditCoalescer();
    edits.add(change('a', 'added'));
    edits.add(change('a', 'edited', 3));
    edits.add(change('a', 'removed'));
    expect(edits.isEmpty).toBe(true);
  });

  test('say the most telling of several kinds', () => {
    const edits = new EditCoalescer();
    edits.add(change('a', 'added'));
    edits.add(change('a', 'edited', 3));
    edits.add(change('b', 'edited', 1));
    edits.add(change('b', 'removed'));
    edits.add(change('c', 'removed'));
    edits.add(change('c', 'added', 5));
    expect(edits.take()).toEqual([
      change('a', 'added', 3),
      change('b', 'removed', 1),
      change('c', 'edited', 5)
    ]);
  });

  test('come in reports that the server takes', () => {
    const edits = new EditCoalescer();
    for (let index = 0; index < MAX_CELLS + 5; index++) {
      edits.add(change(`c${index}`, 'edited', 1));
    }
    expect(edits.take()).toHaveLength(MAX_CELLS);
    expect(edits.take()).toHaveLength(5);
  });
});

describe('two lists of cells', () => {
  test.each<[string, string, string[]]>([
    ['abc', 'abc', []],
    ['abc', 'ac', ['removed b']],
    ['abc', 'abxc', ['added x']],
    ['abc', 'cab', ['moved c']],
    ['abcd', 'bcda', ['moved a']],
    ['ab', 'xy', ['removed a', 'removed b', 'added x', 'added y']],
    ['', 'a', ['added a']]
  ])('%j and %j differ in %j', (before, after, expected) => {
    const found = compareLists([...before], [...after], () => 0);
    expect(found.map(one => `${one.kind} ${one.cell_id}`)).toEqual(expected);
  });
});

describe('what this browser does to a shared notebook', () => {
  let notebook: YNotebook;
  let told: CountedChange[];

  const cell = (id: string, source = '') => ({
    cell_type: 'code' as const,
    id,
    source
  });

  beforeEach(() => {
    notebook = YNotebook.create() as YNotebook;
    notebook.insertCells(0, [cell('a', 'x = 1'), cell('b'), cell('c')]);
    notebook.clearUndoHistory();
    told = [];
    observeCells(notebook.ydoc, one => told.push(one));
  });

  /** The same document in another browser, which changes it. */
  const fromElsewhere = (act: (other: YNotebook) => void) => {
    const other = YNotebook.create() as YNotebook;
    Y.applyUpdate(other.ydoc, Y.encodeStateAsUpdate(notebook.ydoc));
    act(other);
    Y.applyUpdate(notebook.ydoc, Y.encodeStateAsUpdate(other.ydoc), 'provider');
  };

  test('is told with its size', () => {
    notebook.getCell(0).updateSource(0, 1, 'total');
    expect(told).toEqual([change('a', 'edited', 5, 1)]);
  });

  test('is told when it is undone, too', () => {
    notebook.getCell(0).updateSource(5, 5, '23');
    notebook.getCell(0).undo();
    expect(told[told.length - 1]).toEqual(change('a', 'edited', 0, 2));
  });

  test('is not what others do', () => {
    fromElsewhere(other => {
      other.getCell(0).setSource('y = 2');
      other.insertCell(0, cell('d'));
      other.deleteCell(2);
    });
    expect(told).toEqual([]);
    expect(notebook.cells.map(one => one.id)).toEqual(['d', 'a', 'c']);
  });

  test('names the right cell after others moved it', () => {
    fromElsewhere(other => other.insertCell(0, cell('d')));
    notebook.getCell(1).updateSource(0, 0, '#');
    expect(told).toEqual([change('a', 'edited', 1)]);
  });

  test('covers adding, removing and moving cells', () => {
    notebook.insertCell(1, cell('d', 'pass'));
    notebook.deleteCell(0);
    notebook.moveCell(0, 2);
    expect(told.map(one => `${one.kind} ${one.cell_id}`)).toEqual([
      'added d',
      'removed a',
      'moved d'
    ]);
    expect(told[0].inserted).toBe(4);
  });

  test('leaves out outputs, counts and metadata', () => {
    const code = notebook.getCell(0) as any;
    code.setOutputs([{ output_type: 'stream', name: 'stdout', text: 'hi' }]);
    code.execution_count = 3;
    code.setMetadata('collapsed', true);
    notebook.setMetadata('x', 1);
    expect(told).toEqual([]);
  });

  test('leaves out a reload from disk', () => {
    notebook.fromJSON(notebook.toJSON());
    expect(told).toEqual([]);
  });

  test('in a text file is told without a cell', () => {
    const file = YFile.create() as YFile;
    observeText(file.ydoc, one => told.push(one));
    file.setSource('hello');
    expect(told).toEqual([change(null, 'edited', 5)]);
  });
});
