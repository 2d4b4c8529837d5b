import { DisposableDelegate, IDisposable } from '@lumino/disposable';
import type * as Y from 'yjs';
import { CountedChange } from './editCoalescer';

/**
 * Tells what this browser does to the cells of a shared notebook.
 *
 * A Yjs transaction is `local` unless it came in as an update: that holds
 * whatever editor, command or undo made it. Outputs and metadata do not count.
 */
export function observeCells(
  document: Y.Doc,
  tell: (change: CountedChange) => void
): IDisposable {
  const cells = document.getArray<Y.Map<unknown>>('cells');
  let ids = cells.map(idOf);

  const observer = (
    events: Y.YEvent<Y.AbstractType<unknown>>[],
    transaction: Y.Transaction
  ) => {
    const isListChanged = events.some(event => event.path.length === 0);
    const before = ids;
    if (isListChanged) {
      ids = cells.map(idOf);
    }
    if (!transaction.local) {
      return;
    }
    if (isListChanged) {
      compareLists(before, ids, id => lengthOf(cells, id)).forEach(tell);
    }
    for (const event of events) {
      const [index, field] = event.path;
      if (event.path.length === 2 && field === 'source') {
        const cell_id = idOf(cells.get(index as number));
        tell({ cell_id, kind: 'edited', ...countDelta(event.delta) });
      }
    }
  };
  cells.observeDeep(observer as Parameters<typeof cells.observeDeep>[0]);
  return new DisposableDelegate(() =>
    cells.unobserveDeep(observer as Parameters<typeof cells.observeDeep>[0])
  );
}

/** The same for a plain shared text; its changes have no cell. */
export function observeText(
  document: Y.Doc,
  tell: (change: CountedChange) => void
): IDisposable {
  const text = document.getText('source');
  const observer = (event: Y.YTextEvent, transaction: Y.Transaction) => {
    if (transaction.local) {
      tell({ cell_id: null, kind: 'edited', ...countDelta(event.delta) });
    }
  };
  text.observe(observer);
  return new DisposableDelegate(() => text.unobserve(observer));
}

/** UTF-16 code units put in and taken out. */
export function countDelta(
  delta: readonly { insert?: unknown; delete?: number }[]
): { inserted: number; removed: number } {
  let inserted = 0;
  let removed = 0;
  for (const step of delta) {
    inserted += typeof step.insert === 'string' ? step.insert.length : 0;
    removed += step.delete ?? 0;
  }
  return { inserted, removed };
}

/**
 * What turned one list of cell ids into another. A list that is written anew
 * with the same cells (a reload from disk) has not changed.
 */
export function compareLists(
  before: readonly (string | null)[],
  after: readonly (string | null)[],
  lengthOf: (id: string | null) => number
): CountedChange[] {
  const was = new Set(before);
  const is = new Set(after);
  const changes: CountedChange[] = [];
  for (const id of was) {
    if (!is.has(id)) {
      changes.push({ cell_id: id, kind: 'removed', inserted: 0, removed: 0 });
    }
  }
  for (const id of is) {
    if (!was.has(id)) {
      const inserted = lengthOf(id);
      changes.push({ cell_id: id, kind: 'added', inserted, removed: 0 });
    }
  }
  const stayed = before.filter(id => is.has(id));
  const standing = longestRise(
    after.filter(id => was.has(id)).map(id => stayed.indexOf(id))
  );
  for (const [index, id] of stayed.entries()) {
    if (!standing.has(index)) {
      changes.push({ cell_id: id, kind: 'moved', inserted: 0, removed: 0 });
    }
  }
  return changes;
}

/** The members of a longest rising subsequence: those that kept their order. */
function longestRise(numbers: readonly number[]): Set<number> {
  const tails: number[] = [];
  const before: number[] = [];
  numbers.forEach((number, at) => {
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (numbers[tails[middle]] < number) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    before[at] = low > 0 ? tails[low - 1] : -1;
    tails[low] = at;
  });
  const members = new Set<number>();
  for (let at = tails[tails.length - 1] ?? -1; at >= 0; at = before[at]) {
    members.add(numbers[at]);
  }
  return members;
}

function idOf(cell: Y.Map<unknown> | undefined): string | null {
  const id = cell?.get('id');
  return typeof id === 'string' && id ? id : null;
}

function lengthOf(cells: Y.Array<Y.Map<unknown>>, id: string | null): number {
  for (const cell of cells) {
    if (idOf(cell) === id) {
      return String(cell.get('source') ?? '').length;
    }
  }
  return 0;
}
