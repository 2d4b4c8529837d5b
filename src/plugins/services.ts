/** What our own plugins give each other; not for other extensions. */

import { Token } from '@lumino/coreutils';
import { ISignal } from '@lumino/signaling';
import { CollabModel } from '../model/collab';
import { IPanelServices, IPanelSettings } from '../panel/context';
import { PACKAGE } from '../tokens';

export type IModel = CollabModel;
export const IModel = new Token<IModel>(`${PACKAGE}:IModel`);

/** The person's choices. */
export interface IChoices extends IPanelSettings {
  readonly notify: boolean;
  /** Turn notifications on or off. */
  setNotify(on: boolean): Promise<void>;
  readonly changed: ISignal<IChoices, void>;
}
export const IChoices = new Token<IChoices>(`${PACKAGE}:IChoices`);

export interface IPanelPlace {
  readonly services: IPanelServices;
  readonly isVisible: boolean;
  show(): void;
}
export const IPanelPlace = new Token<IPanelPlace>(`${PACKAGE}:IPanelPlace`);

/** Ids of our commands. */
export const Commands = {
  open: `${PACKAGE}:open`,
  newSession: `${PACKAGE}:new-session`,
  openSession: `${PACKAGE}:open-session`,
  invite: `${PACKAGE}:invite`,
  discussCell: `${PACKAGE}:discuss-cell`,
  attachCell: `${PACKAGE}:attach-cell`,
  search: `${PACKAGE}:search`,
  threads: `${PACKAGE}:threads`,
  context: `${PACKAGE}:context`,
  lockCell: `${PACKAGE}:lock-cell`,
  lockFile: `${PACKAGE}:lock-file`,
  releaseLocks: `${PACKAGE}:release-locks`,
  locks: `${PACKAGE}:locks`,
  bring: `${PACKAGE}:bring-everyone`,
  stopFollowing: `${PACKAGE}:stop-following`,
  toggleNotifications: `${PACKAGE}:toggle-notifications`
} as const;
