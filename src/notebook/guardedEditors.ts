import { Compartment, EditorState, Extension, Prec } from '@codemirror/state';
import { EditorView, ViewPlugin } from '@codemirror/view';
import { CodeEditor } from '@jupyterlab/codeeditor';
import {
  EditorExtensionRegistry,
  IEditorExtensionRegistry
} from '@jupyterlab/codemirror';
import { ISignal } from '@lumino/signaling';
import { guardHint, IHint } from './guardHint';

/** Why a text may not be edited here, now. */
export interface IGuard {
  /** It is another guard when this differs. */
  readonly description: string;
  /** Asked for when somebody types. */
  hint(): IHint;
}

/** Knows which texts are guarded. */
export interface IGuards {
  /** Null when it may be edited. */
  guardOf(model: CodeEditor.IModel): IGuard | null;
  /** Some texts may be guarded otherwise now. */
  readonly changed: ISignal<unknown, void>;
  /** The person at this browser typed there. */
  typed(model: CodeEditor.IModel): void;
}

/**
 * Make guarded texts read-only in this browser, for this person. Nothing is
 * written to the document; what others type is shown as ever.
 */
export function guardEditors(
  editors: IEditorExtensionRegistry,
  guards: IGuards
): void {
  editors.addExtension({
    name: 'jupyter-collab-agents:guard',
    factory: ({ model }) => {
      const compartment = new Compartment();
      let shown = guards.guardOf(model);
      const follow = ViewPlugin.define(view => {
        const check = (): void => {
          const guard = guards.guardOf(model);
          if (guard?.description !== shown?.description) {
            shown = guard;
            const effects = compartment.reconfigure(guarded(guard));
            view.dispatch({ effects });
          }
        };
        guards.changed.connect(check);
        return { destroy: () => void guards.changed.disconnect(check) };
      });
      return EditorExtensionRegistry.createImmutableExtension([
        compartment.of(guarded(shown)),
        follow,
        EditorView.updateListener.of(({ transactions }) => {
          if (transactions.some(isTyping)) {
            guards.typed(model);
          }
        })
      ]);
    }
  });
}

function isTyping(transaction: {
  docChanged: boolean;
  isUserEvent(event: string): boolean;
}): boolean {
  return (
    transaction.docChanged &&
    (transaction.isUserEvent('input') || transaction.isUserEvent('delete'))
  );
}

function guarded(guard: IGuard | null): Extension {
  return guard === null
    ? []
    : // JupyterLab has an option for the same facet: the first one counts
      Prec.highest([
        EditorState.readOnly.of(true),
        EditorView.contentAttributes.of({
          'aria-description': guard.description
        }),
        guardHint(() => guard.hint())
      ]);
}
