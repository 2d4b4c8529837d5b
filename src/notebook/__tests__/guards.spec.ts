import { EditorView } from '@codemirror/view';
import { EditorState } from '@codemirror/state';
import { EditorExtensionRegistry } from '@jupyterlab/codemirror';
import { nullTranslator } from '@jupyterlab/translation';
import {
  documentState,
  lock,
  MINUTE,
  NOTEBOOK,
  request
} from '../../documents/__tests__/kit';
import { Signal } from '@lumino/signaling';
import { Lock } from '../../protocol.gen';
import { DocumentGuards } from '../documentGuards';
import { guardEditors } from '../guardedEditors';
import { FakeCollab, FakeSession } from './fakeSession';

const trans = nullTranslator.load('test');

describe('the editor of a cell', () => {
  const notebook = {};
  const model = { sharedModel: { notebook, id: 'c4' } } as any;
  let collab: FakeCollab;
  let session: FakeSession;
  let guards: DocumentGuards;
  let path: string;
  let account: any;
  let view: EditorView;

  beforeEach(() => {
    jest.useFakeTimers();
    path = NOTEBOOK;
    collab = new FakeCollab();
    session = new FakeSession();
    account = { mayWrite: true };
    account.changed = new Signal(account);
    guards = new DocumentGuards(collab, account, trans);
    const editors = new EditorExtensionRegistry();
    guardEditors(editors, guards);
    view = new EditorView({
      parent: document.body,
      state: EditorState.create({
        doc: 'total = 1',
        extensions: [
          editors.createNew({ model, inline: false }).getInitialExtensions(),
          // what JupyterLab itself says of every editor
          EditorState.readOnly.of(false)
        ]
      })
    });
    collab.open(session);
    guards.add(notebook, () => path);
    session.documents.watch(NOTEBOOK);
  });

  afterEach(() => {
    view.destroy();
    guards.dispose();
    jest.useRealTimers();
  });

  const know = (...locks: Lock[]) =>
    session.documents.take({
      type: 'document.changed',
      document: documentState(
        locks.map(one => ({ ...one, expires_at: Date.now() + 30 * MINUTE }))
      )
    });
  const type = (text: string) => {
    const event = new InputEvent('beforeinput', {
      inputType: 'insertText',
      data: text,
      bubbles: true,
      cancelable: true
    });
    view.contentDOM.dispatchEvent(event);
    return event;
  };
  const hint = () => view.dom.querySelector('.jca-GuardHint');

  it('cannot be written in while somebody else holds the lock', () => {
    expect(view.state.readOnly).toBe(false);
    know(lock());
    expect(view.state.readOnly).toBe(true);
    expect(view.contentDOM.getAttribute('aria-readonly')).toBe('true');
    expect(view.contentDOM.getAttribute('aria-description')).toBe(
      'Ben locked this cell'
    );
    know();
    expect(view.state.readOnly).toBe(false);
  });

  it('can be written in by the holder, and beside other locks', () => {
    know(lock({ holder: 'user:me' }));
    expect(view.state.readOnly).toBe(false);
    know(lock({ cell_id: 'c5' }));
    expect(view.state.readOnly).toBe(false);
  });

  it('is free when the session is left, and guarded when it is back', () => {
    know(lock());
    collab.open(null);
    expect(view.state.readOnly).toBe(false);
    collab.open(session);
    expect(view.state.readOnly).toBe(true);
  });

  it('cannot be written in by an account that only reads', () => {
    account.mayWrite = false;
    account.changed.emit();
    expect(view.state.readOnly).toBe(true);
    type('x');
    expect(hint()?.textContent).toBe('You may read this, not change it');
    know(lock());
    collab.open(null);
    expect(view.state.readOnly).toBe(true);
  });

  it('still shows what others type', () => {
    know(lock());
    view.dispatch({ changes: { from: 0, insert: '# ' } });
    expect(view.state.doc.toString()).toBe('# total = 1');
  });

  it('says on typing who holds the lock, for a while', () => {
    know(lock());
    expect(hint()).toBeNull();
    expect(type('x').defaultPrevented).toBe(true);
    expect(hint()?.textContent).toContain('Ben locked this cell · 30 min left');
    jest.advanceTimersByTime(7000);
    expect(hint()).toBeNull();
  });

  it('says that one has asked for it', () => {
    const may_take_at = Date.now() + MINUTE;
    know(lock({ requests: [request({ by: session.me, may_take_at })] }));
    type('x');
    expect(hint()?.textContent).toContain(
      ' · You asked · you may take it over at'
    );
    expect(hint()?.querySelector('button')).toBeNull();
  });

  it('offers to ask for it', () => {
    know(lock());
    type('x');
    const button = hint()!.querySelector('button')!;
    expect(button.textContent).toBe('Ask for it');
    button.click();
    expect(session.asked).toEqual([
      { type: 'lock.request', path: NOTEBOOK, lock_id: 'l1' }
    ]);
    expect(hint()).toBeNull();
  });

  it('lets a hint go when the lock does', () => {
    know(lock());
    type('x');
    know();
    expect(hint()).toBeNull();
    expect(type('x').defaultPrevented).toBe(false);
  });

  describe('that I locked', () => {
    const mine = (change: Partial<Lock>) =>
      session.documents.take({
        type: 'document.changed',
        document: documentState([lock({ holder: 'user:me', ...change })])
      });
    const write = (event = 'input.type') =>
      view.dispatch({ changes: { from: 0, insert: 'x' }, userEvent: event });

    it('stays locked while I type, told once a minute', () => {
      mine({ expires_at: Date.now() + 5 * MINUTE });
      write();
      write('delete.backward');
      expect(session.asked).toEqual([
        { type: 'lock.renew', path: NOTEBOOK, lock_id: 'l1' }
      ]);
      jest.advanceTimersByTime(61_000);
      write();
      expect(session.asked).toHaveLength(2);
    });

    it('is not prolonged while there is time, or others wait for it', () => {
      mine({ expires_at: Date.now() + 20 * MINUTE });
      write();
      mine({
        expires_at: Date.now() + MINUTE,
        requests: [
          {
            by: 'user:ben',
            by_name: 'Ben',
            at: 0,
            refused_at: null,
            may_take_at: 1
          }
        ]
      });
      write();
      expect(session.asked).toEqual([]);
    });

    it('is not prolonged by what others type', () => {
      mine({ expires_at: Date.now() + MINUTE });
      view.dispatch({ changes: { from: 0, insert: 'x' } });
      expect(session.asked).toEqual([]);
    });
  });
});
