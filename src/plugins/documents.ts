import {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { IEditorExtensionRegistry } from '@jupyterlab/codemirror';
import { IEditorTracker } from '@jupyterlab/fileeditor';
import { INotebookTracker } from '@jupyterlab/notebook';
import { connectDocuments } from '../notebook';
import { IEditorPanels } from '../notebook/ownPlace';
import { PACKAGE } from '../tokens';
import { reviewOf } from '../panel/review';
import { IModel, IPanelPlace } from './services';

export const documents: JupyterFrontEndPlugin<void> = {
  id: `${PACKAGE}:documents`,
  description:
    'Shows in notebooks and editors what cannot be changed, and why.',
  autoStart: true,
  requires: [IModel, IPanelPlace, INotebookTracker, IEditorExtensionRegistry],
  optional: [IEditorTracker],
  activate: (
    app: JupyterFrontEnd,
    collab: IModel,
    panel: IPanelPlace,
    tracker: INotebookTracker,
    editors: IEditorExtensionRegistry,
    editorTracker: IEditorTracker | null
  ): void => {
    const { trans } = panel.services;
    const { account } = collab;
    connectDocuments({
      app,
      tracker,
      editors,
      // its documents are always code models; its type does not say so
      editorTracker: editorTracker as IEditorPanels | null,
      collab,
      account,
      trans,
      reviewOf: session => reviewOf(panel.services, session),
      showReview: () => {
        collab.session?.navigation.go({ kind: 'review' });
        panel.show();
      }
    });
  }
};
