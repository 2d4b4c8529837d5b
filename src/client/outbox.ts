import { DocumentCommand, DurableCommand } from '../protocol.gen';

/** A command that is kept until it is answered. */
export type KeptCommand = DurableCommand | DocumentCommand;

/** What `window.sessionStorage` offers. */
export interface IKeptText {
  getItem(key: string): string | null;
  setItem(key: string, text: string): void;
  removeItem(key: string): void;
}

/**
 * Commands without an answer, oldest first. They outlive the connection and a
 * reload of the page, and may be sent again: a `ref` takes effect only once.
 */
export class Outbox {
  constructor(
    private readonly _storage: IKeptText,
    private readonly _key: string
  ) {
    try {
      const kept: unknown = JSON.parse(_storage.getItem(_key) ?? '[]');
      this._commands = Array.isArray(kept) ? kept : [];
    } catch {
      this._commands = []; // written by another version of us
    }
  }

  get commands(): readonly KeptCommand[] {
    return this._commands;
  }

  add(command: KeptCommand): void {
    this._commands.push(command);
    this._keep();
  }

  has(ref: string): boolean {
    return this._commands.some(command => command.ref === ref);
  }

  /** Its answer has come; the command, null when it was answered before. */
  settle(ref: string): KeptCommand | null {
    const index = this._commands.findIndex(command => command.ref === ref);
    if (index === -1) {
      return null;
    }
    const [command] = this._commands.splice(index, 1);
    this._keep();
    return command;
  }

  private _keep(): void {
    try {
      if (this._commands.length) {
        this._storage.setItem(this._key, JSON.stringify(this._commands));
      } else {
        this._storage.removeItem(this._key);
      }
    } catch {
      // storage is full or switched off: the commands still live in memory
    }
  }

  private _commands: KeptCommand[];
}
