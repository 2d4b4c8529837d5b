import {
  ILayoutRestorer,
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { INotebookTracker } from '@jupyterlab/notebook';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { NotebookCodeActions } from '../message';
import { CollabPanel } from '../panel/Panel';
import { PACKAGE } from '../tokens';
import { IChoices, IModel, IPanelPlace } from './services';
import { findParser } from './parsers';
import { Workspace } from './workspace';

export const panel: JupyterFrontEndPlugin<IPanelPlace> = {
  id: `${PACKAGE}:panel`,
  description: 'The side panel: people, chat, threads, context, search.',
  autoStart: true,
  provides: IPanelPlace,
  requires: [IModel, IChoices, IRenderMimeRegistry],
  optional: [
    ITranslator,
    INotebookTracker,
    IDocumentManager,
    ILayoutRestorer,
    IEditorLanguageRegistry
  ],
  activate: (
    app: JupyterFrontEnd,
    collab: IModel,
    settings: IChoices,
    rendermime: IRenderMimeRegistry,
    translator: ITranslator | null,
    notebooks: INotebookTracker | null,
    documents: IDocumentManager | null,
    restorer: ILayoutRestorer | null,
    languages: IEditorLanguageRegistry | null
  ): IPanelPlace => {
    const trans = (translator ?? nullTranslator).load('jupyter_collab_agents');
    const files = (): string[] => collab.session?.state?.files ?? [];
    const workspace = new Workspace(app, notebooks, documents, files, trans);
    const widget = new CollabPanel({
      collab,
      settings,
      rendermime,
      trans,
      workspace,
      actions: notebooks && new NotebookCodeActions(notebooks),
      parser: findParser(languages, path => workspace.codeType(path))
    });
    app.shell.add(widget, 'right', { rank: 900, type: 'Collaboration' });
    restorer?.add(widget, widget.id);

    const show = (): void => app.shell.activateById(widget.id);
    collab.sessionChanged.connect((_, session) => {
      session?.shown.connect(show);
    });
    return {
      services: widget.services,
      get isVisible() {
        return widget.isVisible;
      },
      show
    };
  }
};
