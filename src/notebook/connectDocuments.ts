import { JupyterFrontEnd } from '@jupyterlab/application';
import { IEditorExtensionRegistry } from '@jupyterlab/codemirror';
import { DocumentWidget } from '@jupyterlab/docregistry';
import { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { TranslationBundle } from '@jupyterlab/translation';
import {
  DisposableDelegate,
  DisposableSet,
  IDisposable
} from '@lumino/disposable';
import { ISignal } from '@lumino/signaling';
import { Account } from '../documents/account';
import { IReview } from '../review/reviewContext';
import { Documents } from '../documents/documents';
import { ICollab, ISessionView } from '../tokens';
import { listen, withEach, withSession } from './disposal';
import { DocumentGuards } from './documentGuards';

import { guardEditors } from './guardedEditors';
import { LockStrip } from './LockStrip';
import { NotebookReview } from './notebookReview';
import { IEditorPanels } from './ownPlace';
import { serverPath } from './places';
import { ReviewStrip } from './ReviewStrip';

export interface IDocumentConnection {
  app: JupyterFrontEnd;
  tracker: INotebookTracker;
  editorTracker: IEditorPanels | null;
  editors: IEditorExtensionRegistry;
  collab: ICollab;
  account: Account;
  trans: TranslationBundle;
  reviewOf(session: ISessionView): IReview;
  /** Show in the panel what has to be decided. */
  showReview(): void;
}

/**
 * Connect the documents that are open with what the server says about them:
 * what others locked cannot be edited here, and says whose it is.
 */
export function connectDocuments(options: IDocumentConnection): IDisposable {
  const { app, tracker, editorTracker, editors, collab, account, trans } =
    options;
  const { reviewOf, showReview } = options;
  const all = new DisposableSet();
  const guards = new DocumentGuards(collab, account, trans);
  all.add(guards);
  guardEditors(editors, guards);

  const begin = (panel: DocumentWidget): IDisposable => {
    const { context, contentHeader } = panel;
    const path = () => serverPath(app.serviceManager.contents, context.path);
    const parts = new DisposableSet();
    parts.add(guards.add(context.model.sharedModel, path));
    parts.add(
      withSession(collab, session => {
        const { pathChanged } = context;
        const shown = { session, path, pathChanged, trans };
        const locks = new LockStrip({ ...shown, account });
        const review = new ReviewStrip({ ...shown, showReview });
        contentHeader.addWidget(locks);
        contentHeader.addWidget(review);
        const ofSession = DisposableSet.from([
          locks,
          review,
          watchOpen(session.documents, path, pathChanged)
        ]);
        if (panel instanceof NotebookPanel) {
          ofSession.add(new NotebookReview(panel, reviewOf(session), path));
        }
        return ofSession;
      })
    );
    return parts;
  };
  all.add(withEach(tracker, begin));
  if (editorTracker) {
    all.add(withEach(editorTracker, begin));
  }
  return all;
}

/** Hear of an open document, under whatever name it has. */
function watchOpen(
  documents: Documents,
  path: () => string | null,
  pathChanged: ISignal<any, any>
): IDisposable {
  let watch: IDisposable | null = null;
  const follow = () => {
    const before = watch;
    const here = path();
    watch = here === null ? null : documents.watch(here);
    before?.dispose();
  };
  follow();
  return DisposableSet.from([
    listen(pathChanged, follow),
    new DisposableDelegate(() => watch?.dispose())
  ]);
}
