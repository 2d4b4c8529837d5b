import {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { Signal } from '@lumino/signaling';
import { reason } from '../request';
import { PACKAGE } from '../tokens';
import { IChoices } from './services';

/** The settings file is named after this plugin. */
const ID = `${PACKAGE}:plugin`;

class Choices implements IChoices {
  readonly changed = new Signal<this, void>(this);

  get sendOnEnter(): boolean {
    return this._read('sendOnEnter', true);
  }

  get sendTyping(): boolean {
    return this._read('sendTyping', true);
  }

  get notify(): boolean {
    return !this._read('doNotDisturb', false);
  }

  async setNotify(on: boolean): Promise<void> {
    await this._settings?.set('doNotDisturb', !on);
  }

  use(settings: ISettingRegistry.ISettings): void {
    this._settings = settings;
    settings.changed.connect(() => this.changed.emit(undefined));
    this.changed.emit(undefined);
  }

  private _read(name: string, otherwise: boolean): boolean {
    const value = this._settings?.get(name).composite;
    return typeof value === 'boolean' ? value : otherwise;
  }

  private _settings: ISettingRegistry.ISettings | null = null;
}

export const settings: JupyterFrontEndPlugin<IChoices> = {
  id: ID,
  description: "The person's choices about collaboration.",
  autoStart: true,
  provides: IChoices,
  optional: [ISettingRegistry],
  activate: (
    app: JupyterFrontEnd,
    registry: ISettingRegistry | null
  ): IChoices => {
    const choices = new Choices();
    registry?.load(ID).then(
      loaded => choices.use(loaded),
      error => console.error(reason(error))
    );
    return choices;
  }
};
