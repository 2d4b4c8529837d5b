import { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import { DisposableDelegate, DisposableSet } from '@lumino/disposable';
import { ISignal } from '@lumino/signaling';
import * as React from 'react';
import { ISessionView } from '../tokens';
import { listen } from './disposal';

/** Times in it are drawn anew this often, in ms. */
const TICK = 15_000;

export interface IStripOptions {
  session: ISessionView;
  path(): string | null;
  pathChanged: ISignal<any, any>;
  trans: TranslationBundle;
}

/** A line above a document; it is there while it has something to say. */
export abstract class Strip extends ReactWidget {
  /** Drawn again when one of the signals comes. */
  constructor(signals: readonly ISignal<any, any>[]) {
    super();
    this.addClass('jca-DocumentStrip');
    const refresh = () => this._refresh();
    signals.forEach(signal => this._listeners.add(listen(signal, refresh)));
    const tick = window.setInterval(refresh, TICK);
    this._listeners.add(
      new DisposableDelegate(() => window.clearInterval(tick))
    );
    this.hide();
  }

  dispose(): void {
    this._listeners.dispose();
    super.dispose();
  }

  /** What it says now, null for nothing. */
  protected abstract line(): JSX.Element | null;

  protected render(): JSX.Element {
    return <div className="jca-DocumentStrip-line">{this.line()}</div>;
  }

  /** To be called once by the constructor, when the line can be drawn. */
  protected start(): void {
    this._refresh();
  }

  private _refresh(): void {
    this.setHidden(this.line() === null);
    this.update();
  }

  private readonly _listeners = new DisposableSet();
}
