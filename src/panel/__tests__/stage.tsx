/** Draws parts of the panel with a real model on a fake network. */

import { ServerConnection } from '@jupyterlab/services';
import { nullTranslator } from '@jupyterlab/translation';
import {
  RenderMimeRegistry,
  standardRendererFactories
} from '@jupyterlab/rendermime';
import { Signal } from '@lumino/signaling';
import * as React from 'react';
import {
  FakeNetwork,
  FakeStorage,
  FakeTimers,
  NO_PAGE,
  FakeSocket
} from '../../__tests__/kit';
import { CollabModel } from '../../model/collab';
import { SessionModel } from '../../model/session';
import { ISessionSource } from '../../model/sessionOptions';
import { Down } from '../../protocol.gen';
import { IPanelServices, ServicesProvider, SessionProvider } from '../context';

// the types of react-dom are not installed: only tests need it
// eslint-disable-next-line @typescript-eslint/no-require-imports
const { createRoot } = require('react-dom/client');
// React 18.3 has it; the types of 18.0 do not say so
const act = (React as any).act as (action: () => unknown) => any;

(globalThis as any).IS_REACT_ACT_ENVIRONMENT = true;

class StageVisibility {
  isVisible = true;
  visibilityChanged = new Signal<this, boolean>(this);
}

export class Stage {
  constructor(source: Partial<ISessionSource> = {}) {
    const settings = {
      sendOnEnter: true,
      sendTyping: true
    } as any;
    settings.changed = new Signal(settings);
    this.session = new SessionModel({
      sessionId: 's1',
      me: 'user:ann',
      sockets: this.network.open,
      timers: this.timers,
      storage: new FakeStorage(),
      source: {
        page: async () => NO_PAGE,
        search: async () => NO_PAGE,
        events: async () => [],
        probe: async () => null,
        problem: async () => null,
        ...source
      }
    });
    this.services = {
      collab: new CollabModel(ServerConnection.makeSettings(), null),
      workspace: {
        reveal: async location => {
          this.revealed.push(location.path);
          return location.path !== 'gone.ipynb';
        },
        changed: new Signal<any, void>({}),
        places: () => [],
        activeCell: () => null,
        here: () => null,
        activePlace: () => null,
        currentFile: () => null,
        openFiles: () => [],
        pickFiles: async () => [],
        describe: place => `at ${place.path}`
      },
      settings,
      visibility: new StageVisibility(),
      rendermime: new RenderMimeRegistry({
        initialFactories: standardRendererFactories
      }),
      actions: null,
      parser: async () => null,
      trans: nullTranslator.load('test')
    };
  }

  readonly network = new FakeNetwork();
  readonly timers = new FakeTimers();
  readonly session: SessionModel;
  readonly services: IPanelServices;
  readonly revealed: string[] = [];
  readonly host = document.createElement('div');

  get socket(): FakeSocket {
    return this.network.last;
  }

  show(element: React.ReactNode): void {
    document.body.appendChild(this.host);
    this._root = createRoot(this.host);
    act(() =>
      this._root.render(
        <ServicesProvider value={this.services}>
          <SessionProvider value={this.session}>{element}</SessionProvider>
        </ServicesProvider>
      )
    );
  }

  /** The server says something. */
  down(...parts: Down[]): void {
    act(() => this.socket.down(...parts));
  }

  do(action: () => void): void {
    act(action);
  }

  /** Let everything that was promised happen. */
  async settle(): Promise<void> {
    await act(async () => {
      for (let i = 0; i < 20; i++) {
        await Promise.resolve();
      }
    });
  }

  get text(): string {
    return this.host.textContent ?? '';
  }

  button(label: string): HTMLButtonElement {
    const found = [...this.host.querySelectorAll('button')].find(
      button =>
        button.textContent?.trim() === label ||
        button.getAttribute('aria-label') === label
    );
    if (!found) {
      throw new Error(`there is no button "${label}" in: ${this.text}`);
    }
    return found;
  }

  labels(): string[] {
    return [...this.host.querySelectorAll('button')].map(
      button => button.getAttribute('aria-label') ?? button.textContent ?? ''
    );
  }

  click(label: string): void {
    act(() => this.button(label).click());
  }

  /** Type into a field of React's. */
  fill(selector: string, value: string): void {
    this._set(selector, value, 'input');
  }

  /** Choose in a list of React's. */
  choose(selector: string, value: string): void {
    this._set(selector, value, 'change');
  }

  private _set(selector: string, value: string, event: string): void {
    const field = this.host.querySelector(selector) as HTMLInputElement;
    const { set } = Object.getOwnPropertyDescriptor(
      Object.getPrototypeOf(field),
      'value'
    )!;
    act(() => {
      set!.call(field, value);
      field.dispatchEvent(new Event(event, { bubbles: true }));
    });
  }

  close(): void {
    act(() => this._root?.unmount());
    this.host.remove();
    this.session.dispose();
    this.services.collab.dispose();
  }

  private _root: any = null;
}
