import { JupyterFrontEnd } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { Context } from '@jupyterlab/docregistry';
import { INotebookModel, NotebookPanel } from '@jupyterlab/notebook';
import { NBTestUtils } from '@jupyterlab/notebook/lib/testutils';
import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import { DockPanel, Widget } from '@lumino/widgets';
import {
  documentState,
  lock,
  MINUTE,
  request
} from '../../documents/__tests__/kit';
import { NotebookCodeActions } from '../../message';
import { connectNotebooks } from '../connectNotebooks';
import { revealLocation } from '../revealLocation';
import { FakeCollab, FakeSession } from './fakeSession';

const trans = nullTranslator.load('');

/** The parts of JupyterLab that a notebook is found with. */
class FakeShell {
  readonly dock = new DockPanel();
  readonly node = document.createElement('div');
  readonly currentChanged = new Signal<FakeShell, any>(this);
  currentWidget: Widget | null = null;
  widgets() {
    return this.dock.widgets();
  }
  activateById(id: string) {
    for (const widget of this.dock.widgets()) {
      if (widget.id === id) {
        this.dock.activateWidget(widget);
        widget.node.tabIndex = -1;
        widget.node.focus();
      }
    }
  }
}

class FakeTracker {
  readonly panels: NotebookPanel[] = [];
  readonly widgetAdded = new Signal<FakeTracker, NotebookPanel>(this);
  readonly currentChanged = new Signal<FakeTracker, any>(this);
  readonly activeCellChanged = new Signal<FakeTracker, any>(this);
  has(widget: Widget) {
    return this.panels.includes(widget as NotebookPanel);
  }
  forEach(fn: (panel: NotebookPanel) => void) {
    this.panels.forEach(fn);
  }
  get currentWidget() {
    return this.panels[0] ?? null;
  }
  get activeCell() {
    return this.currentWidget?.content.activeCell ?? null;
  }
}

describe('a notebook that others are in', () => {
  let context: Context<INotebookModel>;
  let panel: NotebookPanel;
  let shell: FakeShell;
  let tracker: FakeTracker;
  let collab: FakeCollab;
  let session: FakeSession;
  let connection: IDisposable;
  let app: JupyterFrontEnd;
  let path: string;
  let opened: any[];

  const wait = (ms: number) => new Promise(done => setTimeout(done, ms));
  const idOf = (index: number) => panel.content.widgets[index].model.id;
  const nodeOf = (index: number) => panel.content.widgets[index].node;

  beforeEach(async () => {
    context = await NBTestUtils.createMockContext();
    panel = NBTestUtils.createNotebookPanel(context);
    panel.id = 'the-notebook';
    context.model.fromJSON({
      cells: ['one', 'two', 'three'].map(id => ({
        cell_type: 'code',
        id,
        source: `# ${id}`,
        metadata: {},
        outputs: [],
        execution_count: null
      })),
      metadata: {},
      nbformat: 4,
      nbformat_minor: 5
    });
    path = context.path;
    shell = new FakeShell();
    Widget.attach(shell.dock, document.body);
    shell.dock.addWidget(panel);
    shell.currentWidget = panel;
    tracker = new FakeTracker();
    tracker.panels.push(panel);
    opened = [];
    const commands = new CommandRegistry();
    commands.addCommand('docmanager:open', {
      execute: args => {
        opened.push(args);
        throw new Error('404');
      }
    });
    app = {
      shell,
      commands,
      serviceManager: {
        contents: {
          driveName: () => '',
          localPath: (name: string) => name
        }
      }
    } as unknown as JupyterFrontEnd;
    collab = new FakeCollab();
    session = new FakeSession();
    connection = connectNotebooks({
      app,
      tracker: tracker as any,
      collab,
      trans
    });
    collab.open(session);
    await context.ready;
    await wait(20);
  });

  afterEach(() => {
    connection.dispose();
    shell.dock.dispose();
    context.dispose();
  });

  test('shows a bar in the cell and a chip above', async () => {
    session.put('user:ann', { path, cell_id: idOf(1), cell_index: 1 });
    session.put('agent:echo', { path, cell_id: idOf(1), cell_index: 1 });
    await wait(300);
    const bars = nodeOf(1).querySelectorAll<HTMLElement>('.jca-CellBar');
    expect(Array.from(bars).map(bar => bar.textContent)).toEqual(['A', 'E']);
    expect(bars[1].classList.contains('jca-mod-agent')).toBe(true);
    expect(bars[0].style.getPropertyValue('--jca-color')).toBe('#107c10');
    expect(nodeOf(0).querySelector('.jca-CellMarks')).toBeNull();
    const chips = panel.node.querySelectorAll('.jca-GuestChip');
    expect(Array.from(chips).map(chip => chip.textContent)).toEqual([
      'Ann · cell 2',
      'Echo · cell 2'
    ]);

    session.put('user:ann', { path, cell_id: idOf(2), cell_index: 2 });
    session.put('agent:echo', null);
    await wait(300);
    expect(nodeOf(1).querySelector('.jca-CellMarks')).toBeNull();
    expect(nodeOf(2).querySelectorAll('.jca-CellBar')).toHaveLength(1);
  });

  test('stays marked when cells move', async () => {
    session.put('user:ann', { path, cell_id: 'three' });
    await wait(150);
    context.model.sharedModel.moveCell(2, 0);
    await wait(150);
    expect(idOf(0)).toBe('three');
    expect(nodeOf(0).querySelectorAll('.jca-CellBar')).toHaveLength(1);
    expect(panel.node.querySelectorAll('.jca-CellBar')).toHaveLength(1);
  });

  test('shows in the corner who locked a cell, and what to do about it', async () => {
    session.put('user:ben', null);
    session.documents.watch(path);
    session.documents.take({
      type: 'document.changed',
      document: documentState(
        [
          lock({ cell_id: 'two', expires_at: Date.now() + 12.5 * MINUTE }),
          lock({ lock_id: 'l2', cell_id: 'one', holder: session.me })
        ],
        { path }
      )
    });
    await wait(150);
    const badge = nodeOf(1).querySelector<HTMLElement>('.jca-LockBadge')!;
    expect(badge.textContent).toBe('Ben · 12 min');
    expect(badge.getAttribute('aria-label')).toMatch(
      /^Ben locked this cell · 12 min left \(until .+\)$/
    );
    expect(badge.style.getPropertyValue('--jca-color')).toBe('#107c10');
    expect(nodeOf(1).classList.contains('jca-mod-locked')).toBe(true);
    expect(nodeOf(0).classList.contains('jca-mod-locked')).toBe(false);
    expect(nodeOf(0).querySelector('.jca-LockBadge')?.textContent).toMatch(
      /^You · /
    );

    badge.click();
    const items = document.querySelectorAll('.lm-Menu-itemLabel');
    expect(Array.from(items).map(item => item.textContent)).toEqual([
      'Ben locked this cell',
      expect.stringMatching(/^12 min left/),
      '',
      'Ask for it'
    ]);
    document.body.click();

    const asked = lock({
      cell_id: 'two',
      requests: [request({ by: session.me, may_take_at: Date.now() + MINUTE })]
    });
    session.documents.take({
      type: 'document.changed',
      document: documentState([asked], { path })
    });
    await wait(150);
    const waiting = nodeOf(1).querySelector<HTMLElement>('.jca-LockBadge')!;
    expect(waiting.textContent).toBe('Ben · you asked');
    expect(waiting.title).toContain('You asked · you may take it over at');

    session.setLive(false);
    await wait(150);
    const old = nodeOf(1).querySelector<HTMLElement>('.jca-LockBadge')!;
    expect(old.title).toContain('as last known');
    session.documents.take({
      type: 'document.changed',
      document: documentState([], { path })
    });
    await wait(150);
    expect(panel.node.querySelector('.jca-LockBadge')).toBeNull();
    expect(panel.node.querySelector('.jca-mod-locked')).toBeNull();
  });

  test('has a badge that opens what was said', async () => {
    session.threads = {
      t: {
        thread_id: 't',
        anchor: { path, cell_id: 'one' },
        replies: 3,
        last_seq: 1,
        last_at: 1,
        participants: []
      }
    };
    session.threadsChanged.emit();
    await wait(150);
    const badge = nodeOf(0).querySelector<HTMLButtonElement>(
      '.jca-CellMarks-thread'
    )!;
    expect(badge.textContent).toBe('4');
    expect(badge.getAttribute('aria-label')).toContain('4 messages');
    badge.click();
    expect(session.openedThreads).toEqual([{ path, cell_id: 'one' }]);
  });

  test('says who has just edited a cell', async () => {
    session.put('user:ann', null);
    const cells = [{ cell_id: 'two', kind: 'edited' as const, inserted: 1 }];
    const report = {
      type: 'edit.reported' as const,
      at: Date.now(),
      path,
      cells
    };
    // told again when a connection is back
    const old = [{ cell_id: 'three', kind: 'edited' as const, inserted: 1 }];
    session.edits.emit({ ...report, at: 1, cells: old, actor: 'user:ann' });
    session.edits.emit({ ...report, actor: 'user:ann' });
    session.edits.emit({
      ...report,
      actor: session.me,
      cells: [{ cell_id: 'one', kind: 'edited' }]
    });
    await wait(150);
    expect(nodeOf(1).textContent).toContain('edited by Ann just now');
    expect(nodeOf(2).textContent).not.toContain('edited by');
    expect(nodeOf(0).querySelector('.jca-CellMarks-edited')).toBeNull();
  });

  test('has no trace of a session that was left', async () => {
    session.put('user:ann', { path, cell_id: 'one' });
    await wait(300);
    collab.open(null);
    expect(panel.node.querySelector('[class*="jca-"]')).toBeNull();
    const before = session.sent.length;
    context.model.sharedModel.cells[0].setSource('x');
    await wait(20);
    expect(session.sent).toHaveLength(before);
  });

  test('shows nobody while there is no connection', async () => {
    session.put('user:ann', { path, cell_id: 'one' });
    await wait(300);
    session.setLive(false);
    await wait(300);
    expect(panel.node.querySelector('.jca-CellBar')).toBeNull();
  });

  test('tells my place, as I move', async () => {
    panel.content.activeCellIndex = 2;
    await wait(150);
    expect(session.sent[session.sent.length - 1]).toMatchObject({
      type: 'presence.update',
      location: { path, cell_id: 'three', cell_index: 2 }
    });
  });

  test('tells my edits after two seconds, as numbers', async () => {
    jest.useFakeTimers();
    try {
      context.model.sharedModel.cells[0].setSource('total');
      context.model.sharedModel.cells[0].updateSource(5, 5, '=1');
      jest.advanceTimersByTime(1900);
      const reports = () =>
        session.sent.filter(command => command.type === 'edit.report');
      expect(reports()).toEqual([]);
      jest.advanceTimersByTime(200);
      expect(reports()).toEqual([
        {
          type: 'edit.report',
          path,
          cells: [{ cell_id: 'one', kind: 'edited', inserted: 7, removed: 5 }]
        }
      ]);
    } finally {
      jest.useRealTimers();
    }
  });

  test('tells no edits of somebody who may not', async () => {
    jest.useFakeTimers();
    try {
      session.permissions.delete('report_edit');
      context.model.sharedModel.cells[0].setSource('total');
      jest.advanceTimersByTime(5000);
      expect(
        session.sent.filter(command => command.type === 'edit.report')
      ).toEqual([]);
    } finally {
      jest.useRealTimers();
    }
  });

  test('is gone to on request only', async () => {
    session.put('user:ann', null);
    session.revealRequests.emit({
      type: 'reveal.requested',
      actor: 'user:ann',
      location: { path, cell_id: 'three', cell_index: 2 }
    });
    const [notification] = Notification.manager.notifications;
    expect(notification.message).toContain('Ann asks everyone');
    expect(panel.content.activeCellIndex).toBe(0);
    notification.options.actions![0].callback({} as MouseEvent);
    await wait(50);
    expect(panel.content.activeCellIndex).toBe(2);
    Notification.dismiss();
  });

  test('keeps the focus where it is unless asked', async () => {
    const input = document.body.appendChild(document.createElement('input'));
    input.focus();
    // in a page without layout no scroll ever ends
    jest.spyOn(panel.content, 'scrollToItem').mockResolvedValue();
    expect(await revealLocation(app, { path, cell_id: 'two' })).toBe(true);
    expect(document.activeElement).toBe(input);
    expect(panel.content.activeCellIndex).toBe(1);
    await revealLocation(app, { path, cell_id: 'one' }, { focus: true });
    expect(panel.node.contains(document.activeElement)).toBe(true);
    input.remove();
  });

  test('stays at a place while outputs above it grow, until I move', async () => {
    const original = window.ResizeObserver;
    let grow = () => {};
    window.ResizeObserver = class extends original {
      constructor(callback: ResizeObserverCallback) {
        super(callback);
        grow = () => callback([], this);
      }
      disconnect() {
        grow = () => {};
      }
    };
    const scroll = jest
      .spyOn(panel.content, 'scrollToItem')
      .mockResolvedValue();
    await revealLocation(app, { path, cell_id: 'three' });
    grow();
    expect(scroll.mock.calls.map(([index]) => index)).toEqual([2, 2]);
    document.body.dispatchEvent(new Event('wheel', { bubbles: true }));
    grow();
    expect(scroll).toHaveBeenCalledTimes(2);
    window.ResizeObserver = original;
  });

  test('does not move my cell while I edit it', async () => {
    jest.spyOn(panel.content, 'scrollToItem').mockResolvedValue();
    panel.content.mode = 'edit';
    await revealLocation(app, { path, cell_id: 'two' });
    expect(panel.content.activeCellIndex).toBe(0);
  });

  test('says when a place does not exist', async () => {
    const warn = jest.spyOn(console, 'warn').mockImplementation();
    expect(await revealLocation(app, { path, cell_id: 'gone' })).toBe(false);
    expect(await revealLocation(app, { path: 'no.ipynb' })).toBe(false);
    expect(opened).toEqual([
      { path: 'no.ipynb', options: { activate: false } }
    ]);
    warn.mockRestore();
  });

  test('takes code from a message, and gives it back on undo', () => {
    jest.spyOn(panel.content, 'scrollToItem').mockResolvedValue();
    const actions = new NotebookCodeActions(tracker as any);
    context.model.sharedModel.clearUndoHistory();
    expect([actions.canInsert, actions.canReplace]).toEqual([true, true]);
    actions.insertBelow('new = 1');
    const sources = () =>
      context.model.sharedModel.cells.map(cell => cell.getSource());
    expect(sources()).toEqual(['# one', 'new = 1', '# two', '# three']);
    expect(panel.content.activeCellIndex).toBe(1);
    context.model.sharedModel.undo();
    expect(sources()).toEqual(['# one', '# two', '# three']);

    panel.content.activeCellIndex = 0;
    actions.replace('other');
    expect(sources()[0]).toBe('other');
    // JupyterLab's undo in an editor is the cell's own
    context.model.sharedModel.cells[0].undo();
    expect(sources()[0]).toBe('# one');

    panel.content.activeCell!.model.setMetadata('editable', false);
    expect(actions.canReplace).toBe(false);
    actions.dispose();
  });
});
