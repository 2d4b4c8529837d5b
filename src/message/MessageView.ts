import { IRenderMime, IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { TranslationBundle } from '@jupyterlab/translation';
import { IDisposable } from '@lumino/disposable';
import { ICodeActions } from './codeActions';
import { addCodeToolbars, updateCodeToolbars } from './codeToolbar';
import { IMention } from './mentionMarks';
import { renderMessage } from './renderMessage';
import { cutOpenFormula, splitSettled } from './streamedText';
import { StrictSanitizer } from './strictSanitizer';

/** Long texts are drawn again at most this often while they grow, in ms. */
const LONG_TEXT_INTERVAL = 125;

/** From here on a text is long, in UTF-16 code units. */
const LONG_TEXT = 2000;

/** What a view is to show. */
export interface IShown {
  text: string;
  streaming: boolean;
  mentions: readonly IMention[];
}

interface IViewOptions {
  rendermime: IRenderMimeRegistry;
  actions: ICodeActions | null;
  trans: TranslationBundle;
}

/**
 * Draws one message into a node, again and again while it grows.
 *
 * What is shown stays until the new is ready. While the text streams, blocks
 * that are complete are drawn once; when it ends, the whole is drawn anew.
 */
export class MessageView implements IDisposable {
  constructor(root: HTMLElement, options: IViewOptions) {
    this._root = root;
    this._options = options;
    const { trans } = options;
    this._sanitizer = new StrictSanitizer(options.rendermime.sanitizer, {
      image: place => trans.__('image: %1', place)
    });
    options.actions?.changed.connect(this._onActionsChanged, this);
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Show this, as soon as it is drawn. */
  show(shown: IShown): void {
    this._wanted = shown;
    if (!this._root.hasChildNodes()) {
      // readable from the first moment, and of about the right height
      const plain = document.createElement('div');
      plain.className = 'jca-MessageBody-plain';
      plain.textContent = shown.text;
      this._root.replaceChildren(plain);
    }
    if (!this._isDrawing) {
      this._isDrawing = true;
      void this._drawAll();
    }
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._options.actions?.changed.disconnect(this._onActionsChanged, this);
    this._root.replaceChildren();
  }

  /** Draw until nothing newer is wanted. Never more than one at a time. */
  private async _drawAll(): Promise<void> {
    while (this._wanted && !this._isDisposed) {
      const shown = this._wanted;
      this._wanted = null;
      try {
        await (shown.streaming ? this._drawGrowing(shown) : this._draw(shown));
      } catch (reason) {
        console.error('A message could not be rendered.', reason);
        this._showPlain(shown.text);
      }
      if (shown.streaming) {
        await pause(shown.text.length > LONG_TEXT ? LONG_TEXT_INTERVAL : 0);
      }
    }
    this._isDrawing = false;
  }

  private async _draw(shown: IShown): Promise<void> {
    const content = await this._render(shown.text, shown.mentions);
    if (!this._isDisposed) {
      this._settled = '';
      this._tail = null;
      this._root.replaceChildren(content);
    }
  }

  private async _drawGrowing(shown: IShown): Promise<void> {
    const { settled, tail } = splitSettled(shown.text);
    const goesOn = this._tail !== null && settled.startsWith(this._settled);
    const fresh = goesOn ? settled.slice(this._settled.length) : settled;
    const parts: HTMLElement[] = [];
    if (fresh.trim()) {
      parts.push(await this._render(fresh, shown.mentions));
    }
    const { text, formula } = cutOpenFormula(tail);
    const last = await this._render(text, shown.mentions);
    if (formula) {
      const open = document.createElement('span');
      open.className = 'jca-MessageBody-openFormula';
      open.textContent = formula;
      (last.lastElementChild?.matches('p') ? last.lastElementChild : last)
        // what is still being written goes on in the same line
        .append(open);
    }
    if (this._isDisposed) {
      return;
    }
    last.classList.add('jca-mod-tail');
    if (goesOn && this._tail) {
      this._tail.replaceWith(...parts, last);
    } else {
      this._root.replaceChildren(...parts, last);
    }
    this._settled = settled;
    this._tail = last;
  }

  private async _render(
    text: string,
    mentions: readonly IMention[]
  ): Promise<HTMLElement> {
    const { rendermime, actions, trans } = this._options;
    const content = await renderMessage(text, {
      rendermime,
      sanitizer: this._sanitizer,
      mentions
    });
    addCodeToolbars(content, actions, trans);
    updateCodeToolbars(content, actions);
    return content;
  }

  private _showPlain(text: string): void {
    const plain = document.createElement('div');
    plain.className = 'jca-MessageBody-plain';
    plain.textContent = text;
    this._settled = '';
    this._tail = null;
    this._root.replaceChildren(plain);
  }

  private _onActionsChanged(): void {
    updateCodeToolbars(this._root, this._options.actions);
  }

  private readonly _root: HTMLElement;
  private readonly _options: IViewOptions;
  private readonly _sanitizer: IRenderMime.ISanitizer;
  private _wanted: IShown | null = null;
  private _isDrawing = false;
  private _isDisposed = false;
  private _settled = '';
  private _tail: HTMLElement | null = null;
}

/** Until the next frame, or `ms` from now if that is later. */
function pause(ms: number): Promise<void> {
  return new Promise(resolve => {
    if (ms > 0 || document.hidden) {
      // a hidden page gets no frames
      window.setTimeout(resolve, Math.max(ms, 16));
    } else {
      requestAnimationFrame(() => resolve());
    }
  });
}
