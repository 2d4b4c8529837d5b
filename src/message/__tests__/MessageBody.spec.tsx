import { Clipboard } from '@jupyterlab/apputils';
import { EditorLanguageRegistry } from '@jupyterlab/codemirror';
import { createMarkdownParser } from '@jupyterlab/markedparser-extension';
import { RenderMimeRegistry } from '@jupyterlab/rendermime';
import { nullTranslator } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';
import * as React from 'react';
import { act } from 'react';
import { createRoot, Root } from 'react-dom/client';
import { ICodeActions } from '../codeActions';
import { IMessageBodyProps, MessageBody } from '../MessageBody';

(globalThis as any).IS_REACT_ACT_ENVIRONMENT = true;

class Actions implements ICodeActions {
  canInsert = true;
  canReplace = false;
  readonly changed = new Signal<this, void>(this);
  readonly done: string[] = [];
  insertBelow(code: string) {
    this.done.push(`insert ${code}`);
  }
  replace(code: string) {
    this.done.push(`replace ${code}`);
  }
}

describe('the body of a message', () => {
  const typeset: string[] = [];
  const rendermime = new RenderMimeRegistry({
    markdownParser: createMarkdownParser(new EditorLanguageRegistry()),
    latexTypesetter: {
      typeset: node => {
        typeset.push(node.textContent ?? '');
      }
    }
  });
  const trans = nullTranslator.load('');
  let root: Root;
  let node: HTMLElement;
  let actions: Actions;
  let props: IMessageBodyProps;

  const draw = (changes: Partial<IMessageBodyProps>) => {
    props = { ...props, ...changes };
    act(() => root.render(<MessageBody {...props} />));
  };
  const drawn = async () => {
    await act(() => new Promise(resolve => setTimeout(resolve, 60)));
    return node.querySelector<HTMLElement>('.jca-MessageBody-content')!;
  };

  beforeEach(() => {
    typeset.length = 0;
    node = document.body.appendChild(document.createElement('div'));
    root = createRoot(node);
    actions = new Actions();
    props = { text: '', rendermime, mentions: [], actions, trans };
  });
  afterEach(() => {
    act(() => root.unmount());
    node.remove();
  });

  test('is readable before it is drawn', async () => {
    draw({ text: 'hello **you**' });
    expect(node.textContent).toBe('hello **you**');
    expect((await drawn()).innerHTML).toContain('<strong>you</strong>');
  });

  test('is not drawn again when nothing changed', async () => {
    draw({ text: 'hello' });
    const before = await drawn();
    draw({ mentions: [] });
    expect(await drawn()).toBe(before);
  });

  test('has formulas set, harmless ones only', async () => {
    draw({ text: 'is $x^2$\n\nor $\\href{https://evil.example}{x}$\n\nnone' });
    await drawn();
    expect(typeset).toEqual(['is $x^2$']);
  });

  test('marks mentions', async () => {
    const me = { id: 'user:ann', name: 'Ann', me: true };
    draw({ text: 'hi @ann', mentions: [me] });
    expect(
      (await drawn()).querySelector('.jca-Mention.jca-mod-me')
    ).not.toBeNull();
  });

  test('grows without touching what stands', async () => {
    draw({ text: 'one\n\ntwo\n\nthr', streaming: true });
    await drawn();
    draw({ text: 'one\n\ntwo\n\nthree\n\nfour $$\\frac{a', streaming: true });
    const first = await drawn();
    const settled = first.querySelector('p')!;
    expect(settled.textContent).toBe('one');
    draw({
      text: 'one\n\ntwo\n\nthree\n\nfour $$\\frac{a}{b_1}$$ *x* _',
      streaming: true
    });
    await drawn();
    expect(node.querySelector('p')).toBe(settled);
    expect(
      node.firstElementChild!.classList.contains('jca-mod-streaming')
    ).toBe(true);
  });

  test('shows an unfinished formula as it is written', async () => {
    draw({ text: 'so $$\\frac{a_1*b*c', streaming: true });
    await drawn();
    expect(
      node.querySelector('.jca-MessageBody-openFormula')!.textContent
    ).toBe('$$\\frac{a_1*b*c');
    expect(node.querySelector('em')).toBeNull();
    expect(node.textContent).toContain('so');
  });

  test('never shows less while it grows, and ends as if drawn at once', async () => {
    const text =
      '# T\n\nsome *text*\n\n```python\na = 1\n\nb = 2\n```\n\n- x\n- y\n\nend';
    for (let end = 3; end < text.length; end += 7) {
      draw({ text: text.slice(0, end), streaming: true });
      expect(node.textContent).not.toBe('');
      await drawn();
      expect(node.textContent!.trim()).not.toBe('');
    }
    draw({ text, streaming: false });
    const grown = (await drawn()).innerHTML;
    draw({ text: 'else' });
    await drawn();
    draw({ text });
    expect((await drawn()).innerHTML).toBe(grown);
  });

  test('offers what can be done with code', async () => {
    const copied: unknown[] = [];
    jest.spyOn(Clipboard, 'copyToSystem').mockImplementation(text => {
      copied.push(text);
    });
    draw({ text: '```python\nx = 1\n```' });
    const content = await drawn();
    const [copy, insert, replace] = Array.from(
      content.querySelectorAll<HTMLButtonElement>('.jca-CodeToolbar button')
    );
    copy.click();
    insert.click();
    expect(copied).toEqual(['x = 1']);
    expect(actions.done).toEqual(['insert x = 1']);
    expect(copy.getAttribute('aria-label')).toBe('Copied');
    expect([insert.disabled, replace.disabled]).toEqual([false, true]);

    actions.canReplace = true;
    actions.changed.emit();
    expect(replace.disabled).toBe(false);
  });

  test('offers only copying where there is nothing else', async () => {
    draw({ text: '```\nx\n```', actions: null });
    expect((await drawn()).querySelectorAll('button')).toHaveLength(1);
  });

  test('stays readable when rendering fails', async () => {
    const error = jest.spyOn(console, 'error').mockImplementation();
    const broken = new RenderMimeRegistry({
      markdownParser: { render: () => Promise.reject(new Error('no')) }
    });
    draw({ text: 'hello', rendermime: broken });
    await drawn();
    expect(node.textContent).toBe('hello');
    expect(error).toHaveBeenCalled();
    error.mockRestore();
  });
});
