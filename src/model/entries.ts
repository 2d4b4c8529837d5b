import { Message } from '../protocol.gen';

/** A message as it is shown. */
export interface IEntry {
  /** The message's id; `unsent:<ref>` before it has one. */
  readonly id: string;
  readonly message: Message;
  readonly phase: 'posted' | 'streaming' | 'sending' | 'failed';
  /** Why it failed. */
  readonly problem: string | null;
  /** The text that an edit on its way will give it. */
  readonly editing: string | null;
}

export const UNSENT = 'unsent:';

function before(a: Message, b: Message): number {
  return a.seq - b.seq || a.at - b.at;
}

/**
 * The messages that were loaded, each also listed where it is read: outside
 * threads (key null), and in its thread, which begins with its root.
 */
export class Entries {
  get(id: string): IEntry | undefined {
    return this._entries.get(id);
  }

  /** Add or replace. True when a list has changed, not only this entry. */
  put(
    message: Message,
    phase: IEntry['phase'] = 'posted',
    problem: string | null = null
  ): boolean {
    const id = message.message_id;
    const old = this._entries.get(id);
    const editing = old?.editing ?? null;
    this._entries.set(id, { id, message, phase, problem, editing });
    if (old && old.message.seq === message.seq) {
      if (old.phase !== phase) {
        this._list(message.thread_id).sorted = null;
        return true;
      }
      return false;
    }
    const list = this._list(message.thread_id);
    const last = list.sorted?.[list.sorted.length - 1];
    const lastEntry = last === undefined ? undefined : this._entries.get(last);
    if (!old && (!lastEntry || before(lastEntry.message, message) <= 0)) {
      list.append(id);
    } else {
      list.add(id);
    }
    return true;
  }

  setEditing(id: string, editing: string | null): boolean {
    const entry = this._entries.get(id);
    if (!entry || entry.editing === editing) {
      return false;
    }
    this._entries.set(id, { ...entry, editing });
    return true;
  }

  remove(id: string): boolean {
    const entry = this._entries.get(id);
    if (!entry) {
      return false;
    }
    this._entries.delete(id);
    this._list(entry.message.thread_id).remove(id);
    return true;
  }

  clear(): void {
    this._entries.clear();
    this._lists.clear();
  }

  /** In order; the same array until the list changes. */
  list(threadId: string | null): readonly string[] {
    const list = this._list(threadId);
    if (list.sorted === null) {
      const entries = [...list.ids].map(id => this._entries.get(id)!);
      entries.sort((a, b) => before(a.message, b.message));
      list.sorted = entries.map(entry => entry.id);
    }
    return list.sorted;
  }

  /** Every entry, in no particular order. */
  all(): Iterable<IEntry> {
    return this._entries.values();
  }

  private _list(threadId: string | null): List {
    let list = this._lists.get(threadId);
    if (!list) {
      list = new List();
      this._lists.set(threadId, list);
    }
    return list;
  }

  private _entries = new Map<string, IEntry>();
  private _lists = new Map<string | null, List>();
}

class List {
  readonly ids = new Set<string>();
  sorted: string[] | null = [];

  add(id: string): void {
    this.ids.add(id);
    this.sorted = null;
  }

  /** As `add`, of one that belongs at the end. */
  append(id: string): void {
    this.ids.add(id);
    this.sorted &&= [...this.sorted, id];
  }

  remove(id: string): void {
    this.ids.delete(id);
    this.sorted = null;
  }
}
