import { IRenderMime } from '@jupyterlab/rendermime';
import { filterHtml, IFilterWords } from './htmlFilter';

/**
 * JupyterLab's sanitiser, then our allow-list.
 *
 * Sits where the renderer asks for clean HTML, so that nothing else ever
 * reaches the page's document, not even for a moment.
 */
export class StrictSanitizer implements IRenderMime.ISanitizer {
  constructor(base: IRenderMime.ISanitizer, words: IFilterWords) {
    this._base = base;
    this._words = words;
  }

  readonly allowNamedProperties = false;
  readonly allowCommandLinker = false;

  getAutolink(): boolean {
    return this._base.getAutolink?.() ?? true;
  }

  sanitize(dirty: string, options?: IRenderMime.ISanitizerOptions): string {
    return filterHtml(this._base.sanitize(dirty, options), this._words);
  }

  private readonly _base: IRenderMime.ISanitizer;
  private readonly _words: IFilterWords;
}
