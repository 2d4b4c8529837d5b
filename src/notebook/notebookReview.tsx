import { NotebookPanel } from '@jupyterlab/notebook';
import { ReactWidget } from '@jupyterlab/ui-components';
import { DisposableSet, IDisposable } from '@lumino/disposable';
import * as React from 'react';
import { ConflictCard } from '../review/ConflictCard';
import { ProposalCard } from '../review/ProposalCard';
import { partsUnder } from '../review/proposals';
import { IReview, ReviewProvider } from '../review/reviewContext';
import { listen } from './disposal';
import { Throttle } from './throttle';
import { IUnderCell, UnderCells } from './underCells';

/** Drawn at most this often, in ms. */
const DRAW_INTERVAL = 100;
/** While people type, proposals may cease to fit: looked at this often. */
const LOOK_INTERVAL = 2000;

/** Shows under a notebook's cells what has to be decided about them. */
export class NotebookReview implements IDisposable {
  constructor(
    private readonly _panel: NotebookPanel,
    private readonly _review: IReview,
    private readonly _path: () => string | null
  ) {
    const { content, context } = _panel;
    const { session, proposals } = _review;
    this._under = new UnderCells(content);
    this._drawing = new Throttle(
      () => this._draw(),
      () => DRAW_INTERVAL
    );
    this._looking = new Throttle(
      () => this._look(),
      () => LOOK_INTERVAL
    );
    const redraw = () => this._drawing.call();
    for (const part of [
      listen(session.documents.changed, redraw),
      listen(proposals.changed, redraw),
      listen(content.modelContentChanged, redraw),
      listen(content.modelChanged, redraw),
      listen(context.pathChanged, redraw),
      listen(context.model.contentChanged, () => this._looking.call()),
      this._drawing,
      this._looking,
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

  private get _cells(): string[] {
    return this._panel.content.widgets.map(cell => cell.model.id);
  }

  private _draw(): void {
    const path = this._path();
    if (this._panel.isDisposed) {
      return;
    }
    this._under.show(
      path === null
        ? []
        : [...this._conflicts(path), ...this._proposals(path)].map(
            ({ create, ...part }) => ({
              ...part,
              create: () => this._framed(create())
            })
          )
    );
  }

  private _conflicts(path: string): IPart[] {
    const conflicts = this._review.session.documents.get(path)?.conflicts ?? [];
    return conflicts.flatMap(conflict => {
      const { conflict_id, cell_id } = conflict;
      return cell_id === null
        ? []
        : [
            {
              key: `conflict:${conflict_id}`,
              cellId: cell_id,
              create: () => <ConflictCard place={{ path, conflict }} />
            }
          ];
    });
  }

  private _proposals(path: string): IPart[] {
    const { session, proposals } = this._review;
    const known = session.documents.get(path)?.proposals ?? [];
    return known.flatMap(proposal => {
      const { details } = proposals.get(proposal);
      const { proposal_id } = proposal;
      const parts = details?.parts ?? [];
      const cells = this._cells;
      return cells
        .filter(cellId => partsUnder(cellId, parts, cells).length > 0)
        .map(cellId => ({
          key: `proposal:${proposal_id}:${cellId}`,
          cellId,
          create: () => (
            <ProposalCard
              path={path}
              proposalId={proposal_id}
              partOf={({ parts }) => partsUnder(cellId, parts, this._cells)}
            />
          )
        }));
    });
  }

  private _look(): void {
    const { session, proposals } = this._review;
    for (const { proposal_id } of session.documents.get(this._path())
      ?.proposals ?? []) {
      void proposals.fetch(proposal_id);
    }
  }

  private _framed(element: JSX.Element): ReactWidget {
    const widget = ReactWidget.create(
      <ReviewProvider value={this._review}>{element}</ReviewProvider>
    );
    widget.addClass('jca-UnderCell');
    return widget;
  }

  private readonly _parts = new DisposableSet();
  private readonly _under: UnderCells;
  private readonly _drawing: Throttle;
  private readonly _looking: Throttle;
}

type IPart = Omit<IUnderCell, 'create'> & { create(): JSX.Element };
