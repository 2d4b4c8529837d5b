import { Clipboard } from '@jupyterlab/apputils';
import { TranslationBundle } from '@jupyterlab/translation';
import {
  addBelowIcon,
  checkIcon,
  copyIcon,
  LabIcon
} from '@jupyterlab/ui-components';
import { ICodeActions } from './codeActions';
import { replaceCellIcon } from './icons';

/** How long "Copied" is shown, in milliseconds. */
const COPIED_FOR = 2000;

/** Put a toolbar into every code block of a rendered message. */
export function addCodeToolbars(
  host: HTMLElement,
  actions: ICodeActions | null,
  trans: TranslationBundle
): void {
  for (const code of Array.from(host.querySelectorAll('pre > code'))) {
    const block = code.parentElement;
    if (!block || block.parentElement?.classList.contains('jca-CodeBlock')) {
      continue;
    }
    // beside the <pre>, which scrolls sideways and would take the toolbar along
    const frame = document.createElement('div');
    frame.className = 'jca-CodeBlock';
    block.replaceWith(frame);
    block.tabIndex = 0;
    frame.append(block, codeToolbar(code, actions, trans));
  }
}

/** Show what can be done now, in every code block of `host`. */
export function updateCodeToolbars(
  host: HTMLElement,
  actions: ICodeActions | null
): void {
  const set = (selector: string, enabled: boolean) => {
    for (const button of Array.from(
      host.querySelectorAll<HTMLButtonElement>(selector)
    )) {
      button.disabled = !enabled;
    }
  };
  set('.jca-CodeToolbar-insert', !!actions?.canInsert);
  set('.jca-CodeToolbar-replace', !!actions?.canReplace);
}

function codeToolbar(
  code: Element,
  actions: ICodeActions | null,
  trans: TranslationBundle
): HTMLElement {
  const text = () => (code.textContent ?? '').replace(/\n$/, '');
  const toolbar = document.createElement('div');
  toolbar.className = 'jca-CodeToolbar';
  toolbar.setAttribute('role', 'group');
  toolbar.setAttribute('aria-label', trans.__('Code'));

  const copy = toolButton('copy', copyIcon, trans.__('Copy'), () => {
    Clipboard.copyToSystem(text());
    dress(copy, checkIcon, trans.__('Copied'));
    window.setTimeout(
      () => dress(copy, copyIcon, trans.__('Copy')),
      COPIED_FOR
    );
  });
  toolbar.append(copy);
  if (actions) {
    toolbar.append(
      toolButton(
        'insert',
        addBelowIcon,
        trans.__('Insert below the active cell'),
        () => actions.insertBelow(text())
      ),
      toolButton(
        'replace',
        replaceCellIcon,
        trans.__('Replace the active cell'),
        () => actions.replace(text())
      )
    );
  }
  return toolbar;
}

function toolButton(
  name: string,
  icon: LabIcon,
  label: string,
  onClick: () => void
): HTMLButtonElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = `jca-CodeToolbar-button jca-CodeToolbar-${name}`;
  button.addEventListener('click', onClick);
  dress(button, icon, label);
  return button;
}

function dress(button: HTMLButtonElement, icon: LabIcon, label: string): void {
  button.title = label;
  button.setAttribute('aria-label', label);
  button.replaceChildren(icon.element({ tag: 'span', stylesheet: 'menuItem' }));
}
