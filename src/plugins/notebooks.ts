import {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { IEditorTracker } from '@jupyterlab/fileeditor';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { connectNotebooks } from '../notebook';
import { IEditorPanels } from '../notebook/ownPlace';
import { ICollab, PACKAGE } from '../tokens';

export const notebooks: JupyterFrontEndPlugin<void> = {
  id: `${PACKAGE}:notebooks`,
  description: 'Shows in notebooks and editors who is where, and tells it.',
  autoStart: true,
  requires: [ICollab, INotebookTracker],
  optional: [IEditorTracker, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    collab: ICollab,
    tracker: INotebookTracker,
    editorTracker: IEditorTracker | null,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load('jupyter_collab_agents');
    connectNotebooks({
      app,
      tracker,
      // its documents are always code models; its type does not say so
      editorTracker: editorTracker as IEditorPanels | null,
      collab,
      trans
    });
  }
};
