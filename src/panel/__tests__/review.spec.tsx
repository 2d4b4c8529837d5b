import { ServerConnection } from '@jupyterlab/services';
import * as React from 'react';
import { sessionState, welcome } from '../../__tests__/kit';
import {
  conflict,
  documentState,
  NOTEBOOK
} from '../../documents/__tests__/kit';
import { noticeOf } from '../../model/notices';
import {
  ConflictDetails,
  ConflictSummary,
  DurableEvent
} from '../../protocol.gen';
import { SessionView } from '../SessionView';
import { noticeText } from '../words';
import { Stage } from './stage';

/** A server that knows one conflict; tests say what it answers. */
class FakeServer {
  details: ConflictDetails = {
    document_id: 'd1',
    path: NOTEBOOK,
    conflict: conflict(),
    base: 'a = 1\n',
    current: 'a = 2\n',
    incoming: 'a = 3\n',
    kept: null,
    decided_by: null,
    decided_at: null
  };
  refusal: { code: string; message: string } | null = null;
  readonly asked: string[] = [];

  readonly settings = ServerConnection.makeSettings({
    fetch: (async (request: Request) => {
      // against caches, a number is added
      const url = request.url.replace(/[?&]\d{10,}$/, '');
      const { pathname, search } = new URL(url);
      const body = request.method === 'POST' ? await request.text() : '';
      this.asked.push(
        `${request.method} ${pathname.split('/api/collab-agents/')[1]}${search} ${body}`.trim()
      );
      const refused = request.method === 'POST' && this.refusal !== null;
      const answer = refused
        ? { ...this.refusal, detail: null }
        : pathname.endsWith('/conflicts')
          ? { conflicts: this.decided, statistics: {} }
          : this.details;
      return new Response(JSON.stringify(answer), {
        status: refused ? 409 : 200
      });
    }) as any
  });

  get decided(): unknown[] {
    return [
      {
        ...this.details,
        kept: 'both',
        decided_by: 'user:ben',
        decided_at: Date.now()
      }
    ];
  }
}

let stage: Stage;
let server: FakeServer;

beforeEach(async () => {
  stage = new Stage();
  server = new FakeServer();
  (stage.services.collab as any).settings = server.settings;
  stage.down(welcome({ snapshot: sessionState({ files: [NOTEBOOK] }) }));
  stage.do(() => stage.session.navigation.go({ kind: 'review' }));
  stage.show(<SessionView session={stage.session} />);
});
afterEach(() => stage.close());

async function know(...conflicts: ConflictSummary[]): Promise<void> {
  stage.down({
    type: 'document.changed',
    document: documentState([], { conflicts, seq: ++seq })
  });
  await stage.settle();
}
let seq = 0;

describe('the list of conflicts', () => {
  it('says when nothing waits', () => {
    expect(stage.text).toContain('Nothing waits for a decision.');
  });

  it('shows both sides, and is counted in the tab', async () => {
    await know(conflict());
    expect(stage.text).toContain('Review 1');
    expect(stage.text).toContain('Cleo changed the same lines otherwise');
    const sides = [...stage.host.querySelectorAll('.jca-Conflict-side')];
    expect(sides.map(side => side.textContent)).toEqual([
      'In the documenta = 2\n',
      'By Cleoa = 3\n'
    ]);
  });

  it('sends what was chosen', async () => {
    await know(conflict());
    stage.click('Keep both');
    await stage.settle();
    expect(server.asked).toContain('POST conflicts/k1 {"keep":"both"}');
    await know();
    expect(stage.text).toContain('Nothing waits for a decision.');
  });

  it('takes a text of one’s own, which may be given up', async () => {
    await know(conflict());
    stage.click('Edit…');
    const field = () =>
      stage.host.querySelector<HTMLTextAreaElement>('textarea');
    expect(field()?.value).toBe('a = 2\n');
    stage.click('Cancel');
    expect(field()).toBeNull();
    stage.click('Edit…');
    stage.fill('textarea', 'a = 4\n');
    stage.click('Use this');
    await stage.settle();
    expect(server.asked).toContain(
      'POST conflicts/k1 {"keep":"edited","text":"a = 4\\n"}'
    );
  });

  it('says why a decision was refused, and shows how it is now', async () => {
    await know(conflict());
    server.refusal = { code: 'conflict', message: 'Look at it again.' };
    server.details = { ...server.details, current: 'a = 5\n' };
    stage.click('Take Cleo’s');
    await stage.settle();
    expect(stage.text).toContain('Look at it again.');
    expect(stage.text).toContain('a = 5');
    expect(stage.button('Take Cleo’s').disabled).toBe(false);
  });

  it('looks again when the document has changed', async () => {
    await know(conflict());
    server.details = { ...server.details, current: 'a = 6\n' };
    await know(conflict());
    expect(stage.text).toContain('a = 6');
  });

  it('lets a reader look, not decide', async () => {
    await know(conflict());
    (stage.services.collab.account as any)._mayWrite = false;
    stage.do(() => stage.services.collab.account.changed.emit(undefined));
    expect(stage.text).toContain('a = 2');
    expect(stage.labels()).not.toContain('Keep both');
  });

  it('has those that were decided, on request', async () => {
    stage.choose('select', 'decided');
    await stage.settle();
    expect(server.asked).toEqual(['GET conflicts?status=decided&limit=50']);
    expect(stage.text).toContain('Ben kept both');
  });
});

describe('a line between the messages', () => {
  const names = {
    nameOf: () => 'Ann',
    describe: ({ cell_id }: { cell_id?: string | null }) => `cell ${cell_id}`
  };
  const about = {
    seq: 11,
    at: 0,
    actor: 'user:ann',
    document_id: 'd1',
    path: NOTEBOOK
  };
  const words = (event: DurableEvent) =>
    noticeText(noticeOf(event, sessionState())!, names, stage.services.trans);

  it('says what an edit through the API did', () => {
    const cell = { kind: 'edited', inserted: 1, removed: 0 } as const;
    expect(
      words({
        type: 'edit.applied',
        ...about,
        cells: [
          { cell_id: 'a', ...cell },
          { cell_id: 'b', ...cell }
        ],
        merged: true
      })
    ).toBe('Ann edited 2 cells in sales.ipynb');
  });

  it('says that something has to be decided, and that it was', () => {
    expect(
      words({ type: 'conflict.detected', ...about, conflicts: [conflict()] })
    ).toBe('Ann’s edit of 1 cell in sales.ipynb has to be decided');
    expect(
      words({
        type: 'conflict.resolved',
        ...about,
        conflict: conflict(),
        kept: 'both'
      })
    ).toBe('Ann decided a conflict in cell c4: kept both');
  });
});
