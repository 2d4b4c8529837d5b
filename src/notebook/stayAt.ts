import { Cell } from '@jupyterlab/cells';
import { Notebook } from '@jupyterlab/notebook';

/** Outputs that are drawn later than this move nothing of ours, in ms. */
const SETTLES_WITHIN = 3000;

/** What anybody does to look somewhere else. */
const OWN_MOVES = ['keydown', 'pointerdown', 'touchstart', 'wheel'];

/** The last place gone to is the only one to stay at. */
const staying = new WeakMap<Notebook, () => void>();

/**
 * Scroll to a cell and stay there while what is above it is still being drawn
 * and pushes it away; until the person does something.
 */
export async function stayAt(notebook: Notebook, cell: Cell): Promise<void> {
  staying.get(notebook)?.();
  const scroll = async (): Promise<void> => {
    const index = notebook.widgets.indexOf(cell);
    if (index === -1) {
      return;
    }
    try {
      await notebook.scrollToItem(index, 'smart');
    } catch (reason) {
      // another scroll came after this one: that is where to be
      console.debug('Scrolling was superseded.', reason);
    }
  };
  const observer = new ResizeObserver(() => void scroll());
  const stop = (): void => {
    observer.disconnect();
    window.clearTimeout(timer);
    OWN_MOVES.forEach(move => document.removeEventListener(move, stop, true));
    staying.delete(notebook);
  };
  const timer = window.setTimeout(stop, SETTLES_WITHIN);
  OWN_MOVES.forEach(move => document.addEventListener(move, stop, true));
  notebook.disposed.connect(stop);
  staying.set(notebook, stop);
  await scroll();
  if (staying.get(notebook) === stop) {
    const above = notebook.widgets.slice(0, notebook.widgets.indexOf(cell));
    above.forEach(({ node }) => observer.observe(node));
  }
}
