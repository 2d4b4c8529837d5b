import { Cell } from '@jupyterlab/cells';
import { NotebookPanel } from '@jupyterlab/notebook';
import { TranslationBundle } from '@jupyterlab/translation';
import {
  DisposableDelegate,
  DisposableSet,
  IDisposable
} from '@lumino/disposable';
import { openLockMenu } from '../documents/lockMenu';
import { EditReported } from '../protocol.gen';
import { ISessionView } from '../tokens';
import { CellMarker } from './cellMarks';
import { listen } from './disposal';
import { byCell, guestsIn } from './guests';
import { lockMark } from './lockMarks';
import { talksIn } from './threadCounts';
import { Throttle } from './throttle';

/** How long "edited by … just now" is shown, in ms. */
export const EDITED_FOR = 5000;

/** The marks are drawn at most this often, in ms. */
const DRAW_INTERVAL = 100;

/** The time that a lock has left is drawn anew this often, in ms. */
const TICK = 15_000;

/** Shows on a notebook's cells what the others of a session do there. */
export class NotebookMarks implements IDisposable {
  constructor(
    panel: NotebookPanel,
    session: ISessionView,
    path: () => string | null,
    trans: TranslationBundle
  ) {
    this._panel = panel;
    this._session = session;
    this._path = path;
    this._trans = trans;
    this._throttle = new Throttle(
      () => this._draw(),
      () => DRAW_INTERVAL
    );
    const redraw = () => this._throttle.call();
    const { content, context } = panel;
    for (const signal of [
      listen(session.presenceChanged, redraw),
      listen(session.participantsChanged, redraw),
      listen(session.threadsChanged, redraw),
      listen(session.connectionChanged, redraw),
      listen(content.modelContentChanged, redraw),
      listen(content.modelChanged, redraw),
      listen(context.pathChanged, redraw),
      listen(session.edits, report => this._onEdits(report)),
      listen(session.documents.changed, redraw),
      this._throttle
    ]) {
      this._listeners.add(signal);
    }
    const tick = window.setInterval(redraw, TICK);
    this._listeners.add(
      new DisposableDelegate(() => window.clearInterval(tick))
    );
    redraw();
  }

  get isDisposed(): boolean {
    return this._listeners.isDisposed;
  }

  dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._listeners.dispose();
    this._edited.forEach(({ timer }) => window.clearTimeout(timer));
    this._edited.clear();
    this._markers.forEach(marker => marker.dispose());
    this._markers.clear();
  }

  private _onEdits(report: EditReported): void {
    const { actor, at, path, cells } = report;
    const name = this._session.participants[actor]?.profile.name;
    const isOld = Date.now() - at > EDITED_FOR;
    if (actor === this._session.me || path !== this._path() || !name || isOld) {
      return;
    }
    for (const { cell_id: id, kind } of cells) {
      if (id === null || (kind !== 'edited' && kind !== 'added')) {
        continue;
      }
      window.clearTimeout(this._edited.get(id)?.timer);
      const timer = window.setTimeout(() => {
        this._edited.delete(id);
        this._throttle.call();
      }, EDITED_FOR);
      this._edited.set(id, { name, timer });
    }
    this._throttle.call();
  }

  private _draw(): void {
    const path = this._path();
    if (this.isDisposed || this._panel.isDisposed) {
      return;
    }
    const isShown = path !== null && this._session.live;
    const guests = byCell(isShown ? guestsIn(path, this._session) : []);
    const state = this._session.documents.get(path);
    const now = Date.now();
    const talks = path ? talksIn(path, this._session.threads) : new Map();
    const gone = new Set(this._markers.keys());
    for (const cell of this._panel.content.widgets) {
      const { id } = cell.model;
      const marks = {
        guests: guests.get(id) ?? [],
        talk: talks.get(id) ?? null,
        lock: lockMark(state, id, this._session, now, this._trans),
        editedBy: this._edited.get(id)?.name ?? null
      };
      const { guests: here, talk, lock, editedBy } = marks;
      if (here.length || talk || lock || editedBy !== null) {
        this._markerOf(cell).draw(marks);
        gone.delete(id);
      }
    }
    for (const id of gone) {
      this._markers.get(id)?.dispose();
      this._markers.delete(id);
    }
  }

  private _markerOf(cell: Cell): CellMarker {
    const { id } = cell.model;
    const known = this._markers.get(id);
    if (known?.isOn(cell.node)) {
      return known;
    }
    // a moved cell has another widget
    known?.dispose();
    const marker = new CellMarker(cell.node, {
      trans: this._trans,
      openThread: () => {
        const path = this._path();
        if (path !== null) {
          this._session.openThread({ path, cell_id: id });
        }
      },
      openLock: badge => {
        const path = this._path();
        if (path !== null) {
          openLockMenu(badge, { path, cellId: id }, this._session, this._trans);
        }
      }
    });
    this._markers.set(id, marker);
    return marker;
  }

  private readonly _panel: NotebookPanel;
  private readonly _session: ISessionView;
  private readonly _path: () => string | null;
  private readonly _trans: TranslationBundle;
  private readonly _throttle: Throttle;
  private readonly _listeners = new DisposableSet();
  private readonly _markers = new Map<string, CellMarker>();
  private readonly _edited = new Map<string, { name: string; timer: number }>();
}
