import {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { IEditorExtensionRegistry } from '@jupyterlab/codemirror';
import { IEditorTracker } from '@jupyterlab/fileeditor';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { connectDocuments } from '../notebook';
import { IEditorPanels } from '../notebook/ownPlace';
import { PACKAGE } from '../tokens';
import { IModel } from './services';

export const documents: JupyterFrontEndPlugin<void> = {
  id: `${PACKAGE}:documents`,
  description:
    'Shows in notebooks and editors what cannot be changed, and why.',
  autoStart: true,
  requires: [IModel, INotebookTracker, IEditorExtensionRegistry],
  optional: [IEditorTracker, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    collab: IModel,
    tracker: INotebookTracker,
    editors: IEditorExtensionRegistry,
    editorTracker: IEditorTracker | null,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load('jupyter_collab_agents');
    connectDocuments({
      app,
      tracker,
      editors,
      // its documents are always code models; its type does not say so
      editorTracker: editorTracker as IEditorPanels | null,
      collab,
      account: collab.account,
      trans
    });
  }
};
