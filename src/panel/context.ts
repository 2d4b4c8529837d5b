import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { TranslationBundle } from '@jupyterlab/translation';
import { ISignal } from '@lumino/signaling';
import * as React from 'react';
import { IPlaceChoice } from '../composer';
import { INamedPlace } from '../documents/lockWords';
import { ICodeActions } from '../message';
import { CollabModel } from '../model/collab';
import { SessionModel } from '../model/session';
import { Attachment, Location } from '../protocol.gen';
import { FindParser } from '../review/reviewContext';
import { Reveal } from '../tokens';

/** What the panel needs of the workspace around it. */
export interface IWorkspace {
  readonly reveal: Reveal;
  /** Cells are called otherwise now: a notebook was opened, or cells moved. */
  readonly changed: ISignal<IWorkspace, void>;
  /** Cells and files that "#" may name. */
  places(query: string): IPlaceChoice[];
  /** The cell that is active, null for none. */
  activeCell(): Attachment | null;
  /**
   * What a message can point at from here: the selection or the active cell of
   * a notebook, the selection or the file in a text editor; null for none.
   */
  here(): Attachment | null;
  /** The active cell as a place to go to, with its number; null for none. */
  activePlace(): Location | null;
  /** The file in front, null for none. */
  currentFile(): string | null;
  /** The files that are open here, the one in front first. */
  openFiles(): string[];
  /** Ask for files. */
  pickFiles(): Promise<Attachment[]>;
  /** "cell 4 · sales.ipynb", "cell 4, lines 2–3 · sales.ipynb". */
  describe(place: INamedPlace): string;
}

/** The person's choices. */
export interface IPanelSettings {
  readonly sendOnEnter: boolean;
  readonly sendTyping: boolean;
  readonly changed: ISignal<IPanelSettings, void>;
}

/** Whether somebody can see the panel. */
export interface IVisibility {
  readonly isVisible: boolean;
  readonly visibilityChanged: ISignal<unknown, boolean>;
}

export interface IPanelServices {
  readonly collab: CollabModel;
  readonly workspace: IWorkspace;
  readonly settings: IPanelSettings;
  readonly visibility: IVisibility;
  readonly rendermime: IRenderMimeRegistry;
  readonly actions: ICodeActions | null;
  readonly parser: FindParser;
  readonly trans: TranslationBundle;
}

const Services = React.createContext<IPanelServices | null>(null);
const Session = React.createContext<SessionModel | null>(null);

export const ServicesProvider = Services.Provider;
export const SessionProvider = Session.Provider;

export function useServices(): IPanelServices {
  const services = React.useContext(Services);
  if (!services) {
    throw new Error('the panel is drawn without its services');
  }
  return services;
}

/** The session that is open. */
export function useSession(): SessionModel {
  const session = React.useContext(Session);
  if (!session) {
    throw new Error('only a part of an open session may ask for it');
  }
  return session;
}
