import { nullTranslator } from '@jupyterlab/translation';
import { startCompletion } from '@codemirror/autocomplete';
import { EditorView, runScopeHandlers } from '@codemirror/view';
import * as React from 'react';
import { act } from 'react';
import { createRoot, Root } from 'react-dom/client';
import { Attachment } from '../../protocol.gen';
import { Composer, IComposerProps } from '../Composer';
import { findTrigger, rank } from '../completion';
import { loadDraft, saveDraft } from '../drafts';
import { TypingSignal } from '../typingSignal';

(globalThis as any).IS_REACT_ACT_ENVIRONMENT = true;
const rect = () => ({
  left: 0,
  right: 0,
  top: 0,
  bottom: 0,
  width: 0,
  height: 0
});
Range.prototype.getClientRects = () => [] as any;
Range.prototype.getBoundingClientRect = () => rect() as any;

const trans = nullTranslator.load('');

describe('a trigger', () => {
  test.each([
    ['@', '@', ''],
    ['hi @an', '@', 'an'],
    ['(@an', '@', 'an'],
    ['hi @"Ann L', '@', 'Ann L'],
    ['see #sales.ip', '#', 'sales.ip'],
    ['/as', '/', 'as'],
    ['one\n@b', '@', 'b']
  ])('is found at the end of %j', (text, sign, query) => {
    const found = findTrigger(text, text.length)!;
    expect([found.sign, found.query]).toEqual([sign, query]);
    expect(text[found.from]).toBe(sign);
  });

  test.each([
    '',
    'a@b',
    'C#',
    'say /as',
    '/as x',
    '`@an',
    '@an ',
    'x\n/as',
    '# Title x'
  ])('is not found at the end of %j', text => {
    expect(findTrigger(text, text.length)).toBeNull();
  });
});

test('choices that begin with the query come first', () => {
  expect(rank(['banana', 'ann', 'jo ann', 'carl'], 'an', x => x)).toEqual([
    'ann',
    'jo ann',
    'banana'
  ]);
});

describe('drafts', () => {
  beforeEach(() => localStorage.clear());

  test('come back', () => {
    saveDraft('a', 'text', localStorage, 1);
    expect(loadDraft('a', localStorage)).toBe('text');
    expect(loadDraft('b', localStorage)).toBe('');
  });

  test('are forgotten when empty, and not kept without a key', () => {
    saveDraft('a', 'text', localStorage, 1);
    saveDraft('a', ' ', localStorage, 2);
    saveDraft('', 'text', localStorage, 3);
    expect(localStorage.length).toBe(0);
  });

  test('make room for newer ones', () => {
    for (let index = 0; index < 60; index++) {
      saveDraft(`k${index}`, 'text', localStorage, index);
    }
    expect(localStorage.length).toBe(50);
    expect(loadDraft('k0', localStorage)).toBe('');
    expect(loadDraft('k59', localStorage)).toBe('text');
  });

  test('that are broken are as good as none', () => {
    localStorage.setItem('jupyter-collab-agents:draft:a', '{"text":');
    expect(loadDraft('a', localStorage)).toBe('');
  });
});

describe('the typing signal', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  test('is repeated every 3 s and ends 4 s after the last key', () => {
    const told: [boolean, number][] = [];
    const start = Date.now();
    const signal = new TypingSignal(on => told.push([on, Date.now() - start]));
    for (let ms = 0; ms < 7000; ms += 100) {
      signal.typed(false);
      jest.advanceTimersByTime(100);
    }
    jest.advanceTimersByTime(10000);
    expect(told).toEqual([
      [true, 0],
      [true, 3000],
      [true, 6000],
      [false, 10900]
    ]);
  });

  test('ends at once when the text is empty, and is silent afterwards', () => {
    const told: boolean[] = [];
    const signal = new TypingSignal(on => told.push(on));
    signal.typed(false);
    signal.typed(true);
    signal.stop();
    signal.dispose();
    signal.typed(false);
    expect(told).toEqual([true, false]);
  });
});

describe('the composer', () => {
  let root: Root;
  let node: HTMLElement;
  let sent: [string, Attachment[]][];
  let attachments: Attachment[];
  let props: IComposerProps;

  const cell: Attachment = {
    kind: 'cell',
    path: 'a/sales.ipynb',
    cell_id: 'c4'
  };

  const draw = (changes: Partial<IComposerProps> = {}) => {
    props = { ...props, ...changes };
    act(() => root.render(<Composer {...props} attachments={attachments} />));
  };
  const view = () =>
    EditorView.findFromDOM(node.querySelector<HTMLElement>('.cm-editor')!)!;
  const type = (text: string) =>
    act(() => {
      const { head } = view().state.selection.main;
      view().dispatch({
        changes: { from: head, insert: text },
        selection: { anchor: head + text.length },
        userEvent: 'input.type'
      });
    });
  const press = (key: string, init: KeyboardEventInit = {}) => {
    let handled = false;
    act(() => {
      const event = new KeyboardEvent('keydown', { key, ...init });
      handled = runScopeHandlers(view(), event, 'editor');
    });
    return handled;
  };
  const popup = () => document.querySelector('.jca-Completions');
  const untilPopup = async () => {
    act(() => {
      startCompletion(view());
    });
    for (let i = 0; i < 50 && !popup(); i++) {
      await act(() => new Promise(resolve => setTimeout(resolve, 10)));
    }
    expect(popup()).not.toBeNull();
  };

  beforeEach(() => {
    localStorage.clear();
    sent = [];
    attachments = [];
    node = document.body.appendChild(document.createElement('div'));
    root = createRoot(node);
    props = {
      draftKey: 's1',
      placeholder: 'Message',
      sendOnEnter: true,
      sources: {
        people: () => [
          { id: 'user:ann', name: 'Ann Lee', insert: '@ann', kind: 'user' },
          {
            id: 'agent:notebook',
            name: 'Notebook',
            insert: '@notebook',
            kind: 'agent'
          }
        ],
        commands: () => [
          { name: '/assign', description: 'Ask an agent', insert: '/assign ' }
        ],
        places: () => [{ label: 'cell 4', attachment: cell }]
      },
      onSend: (text, list) => {
        sent.push([text, list]);
      },
      onTyping: () => undefined,
      attachments: [],
      onAttachmentsChange: list => {
        attachments = list;
        draw();
      },
      trans
    };
    draw();
  });
  afterEach(() => {
    act(() => root.unmount());
    node.remove();
  });

  test('sends on Enter and is empty afterwards', () => {
    type('  hello ');
    expect(press('Enter')).toBe(true);
    expect(sent).toEqual([['hello', []]]);
    expect(view().state.doc.toString()).toBe('');
    expect(localStorage.length).toBe(0);
  });

  test('breaks the line on Shift+Enter', () => {
    type('a');
    press('Enter', { shiftKey: true });
    expect(sent).toEqual([]);
    expect(view().state.doc.lines).toBe(2);
  });

  test('has it the other way round by setting', () => {
    draw({ sendOnEnter: false });
    type('a');
    press('Enter');
    expect(sent).toEqual([]);
    press('Enter', { shiftKey: true });
    expect(sent).toHaveLength(1);
  });

  test('does not send nothing, nor while it is disabled', () => {
    type('   ');
    press('Enter');
    draw({ disabled: 'This session is archived.' });
    type('a');
    press('Enter');
    expect(sent).toEqual([]);
    expect(
      node.querySelector<HTMLButtonElement>('.jca-mod-accept')!.disabled
    ).toBe(true);
  });

  test('keeps the text when it was not taken', () => {
    draw({ onSend: () => false });
    type('a');
    press('Enter');
    expect(view().state.doc.toString()).toBe('a');
  });

  test('does not send while a character is composed', () => {
    type('a');
    jest.spyOn(view(), 'composing', 'get').mockReturnValue(true);
    press('Enter');
    expect(sent).toEqual([]);
  });

  test('keeps what was not sent, place by place', () => {
    type('for s1');
    draw({ draftKey: 's2' });
    expect(view().state.doc.toString()).toBe('');
    draw({ draftKey: 's1' });
    expect(view().state.doc.toString()).toBe('for s1');
  });

  test('writes no draft of what was just sent by the button', () => {
    jest.useFakeTimers();
    try {
      type('a');
      act(() =>
        node.querySelector<HTMLButtonElement>('.jca-mod-accept')!.click()
      );
      act(() => {
        jest.advanceTimersByTime(1000);
      });
      expect(sent).toHaveLength(1);
      expect(localStorage.length).toBe(0);
    } finally {
      jest.useRealTimers();
    }
  });

  test('picks a person on Enter instead of sending', async () => {
    type('hi @an');
    await untilPopup();
    expect(popup()!.closest('.jca-Composer')).toBeNull();
    press('Enter');
    expect(sent).toEqual([]);
    expect(view().state.doc.toString()).toBe('hi @ann ');
  });

  test('picks even when Enter comes before the popup', () => {
    type('@no');
    press('Enter');
    expect(sent).toEqual([]);
    expect(view().state.doc.toString()).toBe('@notebook ');
  });

  test('attaches a place and takes its name out of the text', async () => {
    type('see #ce');
    await untilPopup();
    press('Enter');
    expect(view().state.doc.toString()).toBe('see ');
    expect(attachments).toEqual([cell]);
    const remove = node.querySelector<HTMLButtonElement>(
      '.jca-Composer-chipRemove'
    )!;
    expect(remove.getAttribute('aria-label')).toBe(
      'Remove cell in sales.ipynb'
    );
    act(() => remove.click());
    expect(attachments).toEqual([]);
  });

  test('closes the popup on Escape, then cancels', async () => {
    let cancelled = 0;
    draw({ onCancel: () => cancelled++ });
    type('@an');
    await untilPopup();
    press('Escape');
    expect([popup(), cancelled]).toEqual([null, 0]);
    press('Escape');
    expect(cancelled).toBe(1);
  });

  test('has a name for everything', () => {
    draw({ onAttachCell: () => undefined, onAttachFile: () => undefined });
    expect(node.querySelector('.cm-content')!.getAttribute('aria-label')).toBe(
      'Message'
    );
    for (const button of Array.from(node.querySelectorAll('button'))) {
      expect(
        button.textContent || button.getAttribute('aria-label')
      ).toBeTruthy();
    }
  });
});
