import { JupyterFrontEnd } from '@jupyterlab/application';
import {
  INotebookTracker,
  NotebookActions,
  NotebookPanel
} from '@jupyterlab/notebook';
import { TranslationBundle } from '@jupyterlab/translation';
import {
  DisposableDelegate,
  DisposableSet,
  IDisposable
} from '@lumino/disposable';
import type * as Y from 'yjs';
import { Location } from '../protocol.gen';
import { ICollab, ISessionView } from '../tokens';
import { listen, withEach, withSession } from './disposal';
import { EditReporter } from './editReporter';
import { FollowMode } from './followMode';
import { GuestStrip } from './GuestStrip';
import { observeCells, observeText } from './localEdits';
import { NotebookMarks } from './notebookMarks';
import { EditorPanel, IEditorPanels, OwnPlace } from './ownPlace';
import { serverPath } from './places';
import { PresencePublisher } from './presencePublisher';
import { IRevealOptions, revealLocation } from './revealLocation';
import { showRevealRequests } from './revealRequests';

/** What is connected with what. */
export interface INotebookConnection {
  app: JupyterFrontEnd;
  tracker: INotebookTracker;
  editorTracker?: IEditorPanels | null;
  collab: ICollab;
  trans: TranslationBundle;
}

/**
 * Connect notebooks and editors with the session that is open: tell where I am
 * and what I change, show where the others are and what they change.
 */
export function connectNotebooks(options: INotebookConnection): IDisposable {
  const { app, tracker, editorTracker = null, collab, trans } = options;
  const all = new DisposableSet();
  const reveal = (location: Location, how: IRevealOptions) =>
    revealLocation(app, location, how);

  const place = new OwnPlace(app, tracker, editorTracker);
  all.add(place);
  all.add(
    withSession(collab, session => {
      const parts = new DisposableSet();
      parts.add(new PresencePublisher(session, place));
      parts.add(
        new FollowMode(session, {
          frame: () =>
            app.shell.node.querySelector<HTMLElement>('#jp-main-dock-panel') ??
            app.shell.node,
          reveal: location => reveal(location, { select: false }),
          trans
        })
      );
      parts.add(
        showRevealRequests(
          session,
          location => void reveal(location, { focus: true }),
          trans
        )
      );
      return parts;
    })
  );

  const pathOf = (panel: NotebookPanel | EditorPanel) => () =>
    serverPath(app.serviceManager.contents, panel.context.path);
  const panels = new Map<NotebookPanel, EditReporter>();
  all.add(
    withEach(tracker, panel => {
      const parts = new DisposableSet();
      const reporter = new EditReporter(collab, pathOf(panel));
      panels.set(panel, reporter);
      parts.add(new DisposableDelegate(() => panels.delete(panel)));
      parts.add(reporter);
      parts.add(
        withSession(collab, session =>
          showOthers(panel, session, pathOf(panel), options)
        )
      );
      observeWhenReady(panel, parts, document =>
        observeCells(document, change => reporter.add(change))
      );
      return parts;
    })
  );
  if (editorTracker) {
    all.add(
      withEach(editorTracker, panel => {
        const parts = new DisposableSet();
        const reporter = new EditReporter(collab, pathOf(panel));
        parts.add(reporter);
        parts.add(
          withSession(collab, session =>
            addStrip(panel, session, pathOf(panel), options)
          )
        );
        observeWhenReady(panel, parts, document =>
          observeText(document, change => reporter.add(change))
        );
        return parts;
      })
    );
  }
  all.add(
    listen(NotebookActions.executed, ({ notebook, cell }) => {
      for (const [panel, reporter] of panels) {
        if (panel.content === notebook) {
          const cell_id = cell.model.id;
          reporter.add({ cell_id, kind: 'ran', inserted: 0, removed: 0 });
        }
      }
    })
  );
  return all;
}

/** The marks on the cells and the strip above them. */
function showOthers(
  panel: NotebookPanel,
  session: ISessionView,
  path: () => string | null,
  options: INotebookConnection
): IDisposable {
  const parts = new DisposableSet();
  parts.add(new NotebookMarks(panel, session, path, options.trans));
  parts.add(addStrip(panel, session, path, options));
  return parts;
}

/** The line above a document that says who else is in it. */
function addStrip(
  panel: NotebookPanel | EditorPanel,
  session: ISessionView,
  path: () => string | null,
  { app, trans }: INotebookConnection
): IDisposable {
  const strip = new GuestStrip({
    session,
    path,
    pathChanged: panel.context.pathChanged,
    reveal: location => void revealLocation(app, location),
    trans
  });
  panel.contentHeader.addWidget(strip);
  return strip;
}

/** Loading a file is no edit: begin after it. */
function observeWhenReady(
  panel: NotebookPanel | EditorPanel,
  parts: DisposableSet,
  observe: (document: Y.Doc) => IDisposable
): void {
  void panel.context.ready.then(() => {
    const shared: { ydoc?: Y.Doc } = panel.context.model.sharedModel as object;
    if (shared.ydoc && !parts.isDisposed && !panel.isDisposed) {
      parts.add(observe(shared.ydoc));
    }
  });
}
