import { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import { DisposableSet } from '@lumino/disposable';
import { ISignal } from '@lumino/signaling';
import * as React from 'react';
import { Location } from '../protocol.gen';
import { ISessionView } from '../tokens';
import { listen } from './disposal';
import { guestsIn, IGuest } from './guests';
import { Throttle } from './throttle';

/** The strip is drawn at most this often, in ms. */
const DRAW_INTERVAL = 250;

/** The words on a guest's chip. */
export function chipLabel(guest: IGuest, trans: TranslationBundle): string {
  // people count from one
  if (guest.cellIndex !== null) {
    return trans.__('%1 · cell %2', guest.name, guest.cellIndex + 1);
  }
  return guest.line === null
    ? guest.name
    : trans.__('%1 · line %2', guest.name, guest.line + 1);
}

interface IStripOptions {
  session: ISessionView;
  path(): string | null;
  pathChanged: ISignal<any, any>;
  reveal(location: Location): void;
  trans: TranslationBundle;
}

/** A line above a notebook or a text that says who else is in it, and where. */
export class GuestStrip extends ReactWidget {
  constructor(options: IStripOptions) {
    super();
    this._options = options;
    this.addClass('jca-GuestStrip');
    this._throttle = new Throttle(
      () => this._refresh(),
      () => DRAW_INTERVAL
    );
    const refresh = () => this._throttle.call();
    const { session } = options;
    for (const listener of [
      listen(session.presenceChanged, refresh),
      listen(session.participantsChanged, refresh),
      listen(session.connectionChanged, refresh),
      listen(options.pathChanged, refresh),
      this._throttle
    ]) {
      this._listeners.add(listener);
    }
    this.hide();
    refresh();
  }

  dispose(): void {
    this._listeners.dispose();
    super.dispose();
  }

  protected render(): JSX.Element {
    const { trans } = this._options;
    return (
      <ul
        className="jca-GuestStrip-list"
        aria-label={trans.__('Also in this file')}
      >
        {this._guests.map(guest => (
          <li key={guest.id}>{this._renderChip(guest)}</li>
        ))}
      </ul>
    );
  }

  private _renderChip(guest: IGuest): JSX.Element {
    const { trans } = this._options;
    const label = chipLabel(guest, trans);
    const classes = ['jca-GuestChip'];
    if (guest.isAgent) {
      classes.push('jca-mod-agent');
    }
    if (guest.isQuiet) {
      classes.push('jca-mod-quiet');
    }
    return (
      <button
        type="button"
        className={classes.join(' ')}
        style={
          guest.color
            ? ({ '--jca-color': guest.color } as React.CSSProperties)
            : undefined
        }
        title={guest.doing ?? trans.__('Go to %1', label)}
        onClick={() => this._go(guest)}
      >
        <span className="jca-GuestChip-dot" aria-hidden="true" />
        {label}
        {guest.doing && (
          <span className="jca-GuestChip-doing">{guest.doing}</span>
        )}
      </button>
    );
  }

  private _go(guest: IGuest): void {
    // where they are now, not where they were when this was drawn
    const location = this._options.session.presence.get(guest.id)?.location;
    if (location) {
      this._options.reveal(location);
    }
  }

  private _refresh(): void {
    const { session, path } = this._options;
    const here = path();
    const guests = here !== null && session.live ? guestsIn(here, session) : [];
    this.setHidden(guests.length === 0);
    if (JSON.stringify(guests) !== JSON.stringify(this._guests)) {
      this._guests = guests;
      this.update();
    }
  }

  private readonly _options: IStripOptions;
  private readonly _throttle: Throttle;
  private readonly _listeners = new DisposableSet();
  private _guests: IGuest[] = [];
}
