import { NotebookPanel } from '@jupyterlab/notebook';
import { ReactWidget, UseSignal } from '@jupyterlab/ui-components';
import { DisposableSet, IDisposable } from '@lumino/disposable';
import * as React from 'react';
import { ConflictCard, IReviewServices } from '../documents/ConflictCard';
import { IConflictPlace } from '../documents/conflicts';
import { ISessionView } from '../tokens';
import { listen } from './disposal';
import { Throttle } from './throttle';
import { IUnderCell, UnderCells } from './underCells';

/** Drawn at most this often, in ms. */
const DRAW_INTERVAL = 100;

export interface INotebookReviewOptions {
  panel: NotebookPanel;
  session: ISessionView;
  path(): string | null;
  services: () => IReviewServices;
}

/** Shows under a notebook's cells what has to be decided about them. */
export class NotebookReview implements IDisposable {
  constructor(private readonly _options: INotebookReviewOptions) {
    const { panel, session } = _options;
    this._under = new UnderCells(panel.content);
    this._throttle = new Throttle(
      () => this._draw(),
      () => DRAW_INTERVAL
    );
    const redraw = () => this._throttle.call();
    for (const part of [
      listen(session.documents.changed, redraw),
      listen(panel.content.modelContentChanged, redraw),
      listen(panel.content.modelChanged, redraw),
      listen(panel.context.pathChanged, redraw),
      this._throttle,
      this._under
    ]) {
      this._parts.add(part);
    }
    redraw();
  }

  get isDisposed(): boolean {
    return this._parts.isDisposed;
  }

  dispose(): void {
    this._parts.dispose();
  }

  private _draw(): void {
    const { panel, session, path } = this._options;
    const here = path();
    const state = session.documents.get(here);
    if (panel.isDisposed) {
      return;
    }
    const wanted: IUnderCell[] = [];
    for (const conflict of state?.conflicts ?? []) {
      const { conflict_id, cell_id } = conflict;
      if (here !== null && cell_id !== null) {
        wanted.push({
          key: `conflict:${conflict_id}`,
          cellId: cell_id,
          create: () => this._conflict({ path: here, conflict })
        });
      }
    }
    this._under.show(wanted);
  }

  private _conflict(place: IConflictPlace): ReactWidget {
    const { session, services } = this._options;
    const { documents } = session;
    const widget = ReactWidget.create(
      <UseSignal signal={documents.changed}>
        {() => (
          <ConflictCard
            {...services()}
            place={place}
            version={documents.get(place.path)?.seq ?? 0}
          />
        )}
      </UseSignal>
    );
    widget.addClass('jca-UnderCell');
    return widget;
  }

  private readonly _parts = new DisposableSet();
  private readonly _under: UnderCells;
  private readonly _throttle: Throttle;
}
