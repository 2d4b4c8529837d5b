import { ServerConnection } from '@jupyterlab/services';
import { Signal } from '@lumino/signaling';
import { mayWriteFiles, reason } from '../request';

/** What this account may do with the files of this server. */
export class Account {
  constructor(private readonly _settings: ServerConnection.ISettings) {}

  readonly changed = new Signal<this, void>(this);

  /** True until the server has said otherwise: it is what refuses, not we. */
  get mayWrite(): boolean {
    return this._mayWrite;
  }

  /** Ask the server. */
  async ask(): Promise<void> {
    try {
      const mayWrite = await mayWriteFiles(this._settings);
      if (mayWrite !== this._mayWrite) {
        this._mayWrite = mayWrite;
        this.changed.emit(undefined);
      }
    } catch (error) {
      console.warn(reason(error));
    }
  }

  private _mayWrite = true;
}
