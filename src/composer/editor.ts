import { acceptCompletion, completionStatus } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import {
  Compartment,
  EditorState,
  Extension,
  Prec,
  StateEffect
} from '@codemirror/state';
import {
  EditorView,
  keymap,
  placeholder as placeholderExtension,
  tooltips
} from '@codemirror/view';
import { jupyterTheme } from '@jupyterlab/codemirror';
import { IDisposable } from '@lumino/disposable';
import {
  choicesFor,
  completions,
  findTrigger,
  ICompletionHost
} from './completion';

/** What the editor asks of and tells its composer; read at every key. */
export interface IEditorHost extends ICompletionHost {
  readonly sendOnEnter: boolean;
  /** Send what is written. */
  send(): void;
  /** Escape was pressed; false when that means nothing here. */
  cancel(): boolean;
  /** The text is another one now. */
  changed(text: string): void;
  blurred(): void;
}

/** How the editor presents itself. */
export interface IEditorLook {
  placeholder: string;
  label: string;
  isDisabled: boolean;
}

/** The text field of a composer: CodeMirror, dressed as JupyterLab's editors. */
export class ComposerEditor implements IDisposable {
  constructor(
    parent: HTMLElement,
    text: string,
    host: () => IEditorHost,
    look: IEditorLook
  ) {
    this._view = new EditorView({
      parent,
      state: EditorState.create({
        doc: text,
        selection: { anchor: text.length },
        extensions: [
          this._look.of(lookExtension(look)),
          sendingKeys(host),
          completions(host),
          history(),
          keymap.of([...historyKeymap, ...defaultKeymap]),
          jupyterTheme,
          EditorView.lineWrapping,
          EditorState.allowMultipleSelections.of(false),
          // position "fixed" and the body: nothing clips the popup
          tooltips({ parent: document.body, position: 'fixed' }),
          EditorView.updateListener.of(update => {
            if (
              update.docChanged &&
              !update.transactions.some(tr => tr.effects.some(e => e.is(reset)))
            ) {
              host().changed(update.state.doc.toString());
            }
          }),
          EditorView.domEventHandlers({
            blur: () => {
              host().blurred();
            }
          })
        ]
      })
    });
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  get text(): string {
    return this._view.state.doc.toString();
  }

  /** Put another text in place, without telling that it changed. */
  reset(text: string): void {
    this._view.dispatch({
      changes: { from: 0, to: this._view.state.doc.length, insert: text },
      selection: { anchor: text.length },
      effects: reset.of(null)
    });
  }

  /** Write at the cursor. */
  insert(text: string): void {
    const { state } = this._view;
    const { from } = state.selection.main;
    const before = state.sliceDoc(Math.max(0, from - 1), from);
    const spaced = before && !/\s/.test(before) ? ` ${text}` : text;
    this._view.dispatch(state.replaceSelection(spaced));
  }

  setLook(look: IEditorLook): void {
    this._view.dispatch({
      effects: this._look.reconfigure(lookExtension(look))
    });
  }

  focus(): void {
    this._view.focus();
  }

  dispose(): void {
    if (!this._isDisposed) {
      this._isDisposed = true;
      this._view.destroy();
    }
  }

  private readonly _look = new Compartment();
  private readonly _view: EditorView;
  private _isDisposed = false;
}

/** Marks a change that is not somebody's typing. */
const reset = StateEffect.define<null>();

function lookExtension(look: IEditorLook): Extension {
  return [
    placeholderExtension(look.placeholder),
    EditorView.contentAttributes.of({
      'aria-label': look.label,
      'aria-multiline': 'true',
      'aria-disabled': String(look.isDisabled),
      spellcheck: 'true',
      autocapitalize: 'sentences'
    }),
    EditorState.readOnly.of(look.isDisabled),
    EditorView.editable.of(!look.isDisabled)
  ];
}

function sendingKeys(host: () => IEditorHost): Extension {
  const isComposing = (view: EditorView) =>
    view.composing || view.compositionStarted;

  const enter = (view: EditorView): boolean => {
    if (isComposing(view)) {
      return false;
    }
    if (acceptCompletion(view) || pickPending(view, host())) {
      return true;
    }
    if (!host().sendOnEnter) {
      return false;
    }
    host().send();
    return true;
  };
  const send = (view: EditorView): boolean => {
    if (isComposing(view)) {
      return false;
    }
    host().send();
    return true;
  };

  return [
    Prec.highest(
      keymap.of([
        { key: 'Enter', run: enter },
        {
          key: 'Shift-Enter',
          run: view => !host().sendOnEnter && send(view)
        },
        { key: 'Mod-Enter', run: send },
        { key: 'Tab', run: acceptCompletion }
      ])
    ),
    // below the completion's own Escape, which closes the list first
    keymap.of([{ key: 'Escape', run: () => host().cancel() }])
  ];
}

/**
 * Pick the first suggestion when the list is about to open: whoever types
 * faster than it appears means the same.
 */
function pickPending(view: EditorView, host: IEditorHost): boolean {
  if (completionStatus(view.state) !== 'pending') {
    return false;
  }
  const { head } = view.state.selection.main;
  const trigger = findTrigger(view.state.doc.toString(), head);
  const first = trigger && choicesFor(trigger, host)[0];
  if (!first) {
    return false;
  }
  first.apply(view, first, trigger.from, head);
  return true;
}
