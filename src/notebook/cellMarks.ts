import { TranslationBundle } from '@jupyterlab/translation';
import { IDisposable } from '@lumino/disposable';
import { IGuest, stack } from './guests';
import { threadIcon } from './icons';
import { drawLockBadge, ILockMark } from './lockMarks';
import { ICellTalk } from './threadCounts';

/** At most so many bars are drawn beside a cell. */
const MAX_BARS = 4;

/** What is drawn on one cell. */
export interface ICellMarks {
  guests: readonly IGuest[];
  talk: ICellTalk | null;
  lock: ILockMark | null;
  /** The name of whoever changed it just now. */
  editedBy: string | null;
}

/** What a mark needs to be drawn. */
export interface IMarkOptions {
  trans: TranslationBundle;
  openThread(): void;
  /** Say below the badge what can be done about the lock. */
  openLock(badge: HTMLElement): void;
}

/**
 * Bars for the people in a cell, a badge for what was said about it, a word
 * about who has just changed it, a padlock with the name of whoever locked it.
 *
 * The nodes go last into the cell's and its input's: layouts insert their
 * widgets by position among the children, and what comes after them is not in
 * their way.
 */
export class CellMarker implements IDisposable {
  constructor(cell: HTMLElement, options: IMarkOptions) {
    this._cell = cell;
    this._options = options;
    this._node.className = 'jca-CellMarks';
    this._bars.className = 'jca-CellMarks-bars';
    // the strip above says the same in words
    this._bars.setAttribute('aria-hidden', 'true');
    this._corner.className = 'jca-CellMarks-corner';
    this._node.append(this._bars);
    cell.classList.add('jca-mod-marked');
    cell.append(this._node);
    // what it says is about the text, however long the output is
    const input = cell.querySelector('.jp-Cell-inputWrapper') ?? cell;
    input.append(this._corner);
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Whether the marker is (still) on this cell. */
  isOn(cell: HTMLElement): boolean {
    return this._cell === cell;
  }

  draw(marks: ICellMarks): void {
    const drawn = JSON.stringify(marks);
    if (drawn === this._drawn || this._isDisposed) {
      return;
    }
    this._drawn = drawn;
    this._bars.replaceChildren(...this._drawBars(marks.guests));
    this._drawLock(marks.lock);
    this._drawCorner(marks);
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._node.remove();
    this._corner.remove();
    this._cell.classList.remove('jca-mod-marked', 'jca-mod-locked');
  }

  private _drawBars(guests: readonly IGuest[]): Node[] {
    const { shown, more } = stack(guests, MAX_BARS);
    const nodes: Node[] = shown.map(guest => {
      const bar = document.createElement('div');
      bar.className = 'jca-CellBar';
      bar.classList.toggle('jca-mod-agent', guest.isAgent);
      bar.classList.toggle('jca-mod-quiet', guest.isQuiet);
      bar.style.setProperty('--jca-color', guest.color || null);
      const flag = document.createElement('span');
      flag.className = 'jca-CellBar-initials';
      flag.textContent = guest.initials;
      bar.append(flag);
      return bar;
    });
    if (more > 0) {
      const rest = document.createElement('div');
      rest.className = 'jca-CellBar jca-mod-more';
      const flag = document.createElement('span');
      flag.className = 'jca-CellBar-initials';
      flag.textContent = `+${more}`;
      rest.append(flag);
      nodes.push(rest);
    }
    return nodes;
  }

  private _drawLock(lock: ILockMark | null): void {
    this._cell.classList.toggle('jca-mod-locked', lock?.isMine === false);
    const old = this._corner.querySelector('.jca-LockBadge');
    const hadFocus = old === document.activeElement;
    old?.remove();
    if (lock) {
      const badge = drawLockBadge(lock, this._options.openLock);
      this._corner.append(badge);
      if (hadFocus) {
        badge.focus();
      }
    }
  }

  private _drawCorner({ talk, editedBy }: ICellMarks): void {
    const { trans, openThread } = this._options;
    let edited = this._corner.querySelector('.jca-CellMarks-edited');
    if (editedBy === null) {
      edited?.remove();
    } else {
      if (!edited) {
        edited = document.createElement('span');
        edited.className = 'jca-CellMarks-edited';
        this._corner.prepend(edited);
      }
      edited.textContent = trans.__('edited by %1 just now', editedBy);
    }

    let badge = this._corner.querySelector<HTMLButtonElement>(
      '.jca-CellMarks-thread'
    );
    if (!talk) {
      badge?.remove();
      return;
    }
    if (!badge) {
      badge = document.createElement('button');
      badge.type = 'button';
      badge.className = 'jca-CellMarks-thread';
      badge.append(
        threadIcon.element({ tag: 'span' }),
        document.createElement('span')
      );
      badge.addEventListener('click', event => {
        event.stopPropagation();
        openThread();
      });
      this._corner.append(badge);
    }
    const label = trans._n(
      'Discussion of this cell: %1 message',
      'Discussion of this cell: %1 messages',
      talk.messages
    );
    const count = badge.lastElementChild as HTMLElement;
    count.textContent = String(talk.messages);
    badge.title = label;
    badge.setAttribute('aria-label', label);
  }

  private readonly _cell: HTMLElement;
  private readonly _options: IMarkOptions;
  private readonly _node = document.createElement('div');
  private readonly _bars = document.createElement('div');
  private readonly _corner = document.createElement('div');
  private _drawn = '';
  private _isDisposed = false;
}
