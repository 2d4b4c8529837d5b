import { Extension, StateEffect, StateField } from '@codemirror/state';
import { EditorView, Panel, showPanel } from '@codemirror/view';

/** The hint goes away after this long, in ms. */
export const HINT_FOR = 6000;

export interface IHint {
  /** "Ann locked this cell · 12 min left". */
  readonly text: string;
  /** What can be done about it. */
  readonly actions: readonly { readonly label: string; run(): void }[];
}

const setHint = StateEffect.define<boolean>();

/** Says why nothing happens when somebody types into a text that is guarded. */
export function guardHint(hint: () => IHint): Extension {
  const shown = StateField.define<boolean>({
    create: () => false,
    update: (value, transaction) =>
      transaction.effects.reduce(
        (now, effect) => (effect.is(setHint) ? effect.value : now),
        value
      ),
    provide: field =>
      showPanel.from(field, on => (on ? view => panel(view, hint()) : null))
  });
  const tell = (view: EditorView): void => {
    if (!view.state.field(shown)) {
      view.dispatch({ effects: setHint.of(true) });
    }
  };
  const refuse = (event: Event, view: EditorView): boolean => {
    event.preventDefault();
    tell(view);
    return true;
  };
  return [
    shown,
    EditorView.domEventHandlers({
      beforeinput: refuse,
      paste: refuse,
      drop: refuse,
      // the text may still be copied
      cut: (_, view) => tell(view)
    })
  ];
}

function panel(view: EditorView, { text, actions }: IHint): Panel {
  const hide = (): void => view.dispatch({ effects: setHint.of(false) });
  const dom = document.createElement('div');
  dom.className = 'jca-GuardHint';
  const said = document.createElement('span');
  said.setAttribute('role', 'status');
  dom.append(said);
  for (const { label, run } of actions) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'jca-SmallButton';
    button.textContent = label;
    button.addEventListener('click', () => {
      hide();
      view.focus();
      run();
    });
    dom.append(button);
  }
  let timer = 0;
  const wait = (): void => {
    timer = window.setTimeout(() => {
      // whoever is about to press a button is not robbed of it
      if (dom.matches(':hover, :focus-within')) {
        wait();
      } else {
        hide();
      }
    }, HINT_FOR);
  };
  return {
    dom,
    mount: () => {
      // after it is in the page, so that it is read aloud
      said.textContent = text;
      wait();
    },
    destroy: () => window.clearTimeout(timer)
  };
}
