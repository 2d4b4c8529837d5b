import { IDisposable } from '@lumino/disposable';

/**
 * Unsent texts, kept in the browser so that they survive a reload.
 *
 * One entry per draft, so that two tabs writing in different places do not
 * overwrite each other's.
 */

const PREFIX = 'jupyter-collab-agents:draft:';

/** A draft is saved this long after the last key, in ms. */
const SAVE_AFTER = 300;

/** Old drafts go when there are more than this. */
const MAX_DRAFTS = 50;

interface IDraft {
  text: string;
  /** When it was written, in ms since the epoch. */
  at: number;
}

/** The saved text, '' when there is none. */
export function loadDraft(key: string, storage: Storage): string {
  return key ? (read(PREFIX + key, storage)?.text ?? '') : '';
}

/** Save a text; an empty one is forgotten. `now` in ms since the epoch. */
export function saveDraft(
  key: string,
  text: string,
  storage: Storage,
  now: number
): void {
  if (!key) {
    return;
  }
  if (!text.trim()) {
    storage.removeItem(PREFIX + key);
    return;
  }
  const draft: IDraft = { text, at: now };
  try {
    storage.setItem(PREFIX + key, JSON.stringify(draft));
  } catch (error) {
    // the text is still in the editor, it only would not survive a reload
    console.warn('The draft could not be saved in this browser.', error);
  }
  prune(storage);
}

function prune(storage: Storage): void {
  const names: string[] = [];
  for (let index = 0; index < storage.length; index++) {
    const name = storage.key(index);
    if (name?.startsWith(PREFIX)) {
      names.push(name);
    }
  }
  if (names.length <= MAX_DRAFTS) {
    return;
  }
  names
    .sort((a, b) => (read(b, storage)?.at ?? 0) - (read(a, storage)?.at ?? 0))
    .slice(MAX_DRAFTS)
    .forEach(name => storage.removeItem(name));
}

function read(name: string, storage: Storage): IDraft | null {
  const raw = storage.getItem(name);
  if (raw === null) {
    return null;
  }
  try {
    const draft: unknown = JSON.parse(raw);
    const { text, at } = draft as Partial<IDraft>;
    return typeof text === 'string'
      ? { text, at: typeof at === 'number' ? at : 0 }
      : null;
  } catch {
    // written by something else: as good as none
    return null;
  }
}

/** Keeps one draft while it is being written. */
export class DraftKeeper implements IDisposable {
  constructor(key: string, storage: Storage) {
    this._key = key;
    this._storage = storage;
    window.addEventListener('pagehide', this._flush);
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  load(): string {
    return loadDraft(this._key, this._storage);
  }

  /** The text is this now; saved in a moment. */
  changed(text: string): void {
    this._unsaved = text;
    window.clearTimeout(this._timer);
    this._timer = window.setTimeout(this._flush, SAVE_AFTER);
  }

  /** The text was sent or given up. */
  forget(): void {
    this._unsaved = '';
    this._flush();
  }

  /** Save at once what is not saved yet. */
  flush(): void {
    this._flush();
  }

  dispose(): void {
    if (!this._isDisposed) {
      this._isDisposed = true;
      window.removeEventListener('pagehide', this._flush);
      this._flush();
    }
  }

  private readonly _flush = (): void => {
    window.clearTimeout(this._timer);
    if (this._unsaved !== null) {
      saveDraft(this._key, this._unsaved, this._storage, Date.now());
      this._unsaved = null;
    }
  };

  private readonly _key: string;
  private readonly _storage: Storage;
  private _unsaved: string | null = null;
  private _timer: number | undefined;
  private _isDisposed = false;
}
