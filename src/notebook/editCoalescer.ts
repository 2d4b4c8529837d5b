import { CellChange } from '../protocol.gen';

/** A change with its counts. */
export type CountedChange = Required<CellChange>;

/** The server takes no more cells with one report. */
export const MAX_CELLS = 200;

/**
 * Collects what one person did to the cells of one file, cell by cell: numbers
 * of characters, never the text.
 */
export class EditCoalescer {
  get isEmpty(): boolean {
    return this._changes.size === 0;
  }

  add(change: CountedChange): void {
    // a run says nothing about the text: it has its own line
    const key = `${change.kind === 'ran' ? 'ran' : 'text'}:${change.cell_id}`;
    const before = this._changes.get(key);
    if (!before) {
      this._changes.set(key, { ...change });
      return;
    }
    if (before.kind === 'added' && change.kind === 'removed') {
      this._changes.delete(key);
      return;
    }
    this._changes.set(key, {
      cell_id: change.cell_id,
      kind: stronger(before.kind, change.kind),
      inserted: before.inserted + change.inserted,
      removed: before.removed + change.removed
    });
  }

  /** The next report; what does not fit comes with the one after it. */
  take(): CountedChange[] {
    const taken = [...this._changes.entries()].slice(0, MAX_CELLS);
    for (const [key] of taken) {
      this._changes.delete(key);
    }
    return taken.map(([, change]) => change);
  }

  clear(): void {
    this._changes.clear();
  }

  private readonly _changes = new Map<string, CountedChange>();
}

const STRENGTH: CellChange['kind'][] = [
  'ran',
  'edited',
  'moved',
  'added',
  'removed'
];

function stronger(
  before: CellChange['kind'],
  after: CellChange['kind']
): CellChange['kind'] {
  // taken out and put back: it is there, whatever was done to it
  if (before === 'removed') {
    return after === 'added' ? 'edited' : after;
  }
  return STRENGTH.indexOf(after) > STRENGTH.indexOf(before) ? after : before;
}
