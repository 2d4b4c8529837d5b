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
  DurableEvent,
  ProposalDetails,
  ProposalSummary
} from '../../protocol.gen';
import { ProposalSource } from '../../review/proposalDetails';
import { details, hunk, part, proposal } from '../../review/__tests__/kit';
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
  proposed: ProposalDetails = details({
    parts: [
      part({
        hunks: [
          hunk(),
          hunk({
            hunk_id: 'h2',
            kind: 'cell_type',
            was: 'code',
            becomes: 'raw'
          })
        ]
      })
    ]
  });
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
          : pathname.endsWith('/proposals')
            ? { proposals: this.over, has_earlier: false }
            : pathname.includes('/proposals/')
              ? this.proposed
              : this.details;
      return new Response(JSON.stringify(answer), {
        status: refused ? 409 : 200
      });
    }) as any
  });

  get over(): unknown[] {
    const { document_id, path } = this.proposed;
    const over = proposal({ status: 'rejected', at: 5 });
    return [{ document_id, path, proposal: over }];
  }

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
  const collab: any = stage.services.collab;
  collab.settings = server.settings;
  collab.proposals = new ProposalSource(server.settings);
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
    expect(server.asked[0]).toBe('GET conflicts?status=decided&limit=50');
    expect(server.asked[1]).toMatch(/^GET proposals\?status=accepted%2C/);
    expect(stage.text).toContain('Ben kept both');
    expect(stage.text).toContain('notebook proposes · Per cent');
    expect(stage.text).toContain('rejected');
  });
});

describe('a proposal', () => {
  const propose = async (change: Partial<ProposalSummary> = {}) => {
    stage.down({
      type: 'document.changed',
      document: documentState([], {
        proposals: [proposal({ open: 2, ...change })]
      })
    });
    await stage.settle();
  };
  const sent = () =>
    stage.socket.commands.filter(({ type }) => type.startsWith('edit.'));
  const region = (label: string) =>
    stage.host.querySelector(`section[aria-label="${label}"]`)!;

  it('shows who proposes what, change by change', async () => {
    await propose();
    expect(stage.text).toContain('Review 1');
    expect(stage.text).toContain('notebook proposes · Per cent · 2 changes');
    const lines = region('Change line 2').querySelectorAll('code');
    expect([...lines].map(line => line.textContent)).toEqual([
      'a = 1',
      'removed: b = 2',
      'added: b = 20',
      'c = 3'
    ]);
    expect(region('Make this cell raw instead of code')).toBeTruthy();
  });

  it('is accepted and rejected change by change, or as a whole', async () => {
    await propose();
    stage.click('Accept');
    stage.click('Accept all 2');
    expect(sent()).toEqual([
      expect.objectContaining({
        type: 'edit.accept',
        proposal_id: 'p1',
        hunks: ['h1'],
        ask: false
      })
    ]);
    stage.down({ type: 'ack', ref: sent()[0].ref, seq: null });
    await stage.settle();
    stage.click('Reject all 2');
    expect(sent()[1]).toMatchObject({
      type: 'edit.reject',
      hunks: ['h1', 'h2']
    });
  });

  it('says why the server refused', async () => {
    await propose();
    stage.click('Accept');
    stage.down({
      type: 'rejected',
      ref: sent()[0].ref,
      code: 'locked',
      message: 'Ben has locked this cell.'
    });
    await stage.settle();
    expect(stage.text).toContain('Ben has locked this cell.');
    expect(stage.button('Accept').disabled).toBe(false);
  });

  it('marks what does not fit any more, which is decided by hand', async () => {
    server.proposed = details({
      parts: [part({ hunks: [hunk({ fit: 'stale' })] })]
    });
    await propose();
    expect(stage.text).toContain('the text was changed since');
    stage.click('Decide by hand');
    expect(sent()[0]).toMatchObject({ hunks: ['h1'], ask: true });
  });

  it('shows who decided, in one line', async () => {
    const decided = hunk({
      status: 'rejected',
      fit: null,
      decided_by: 'user:ben',
      decided_by_name: 'Ben',
      decided_at: 1
    });
    server.proposed = details({
      parts: [part({ hunks: [decided, hunk({ hunk_id: 'h2', line: 2 })] })]
    });
    await propose({ open: 1, rejected: 1 });
    expect(region('Change line 2').textContent).toContain('rejected by Ben');
    expect(region('Change line 2').querySelector('code')).toBeNull();
    expect(
      stage.host.querySelector('[aria-label="Reviewed by Ben"]')
    ).not.toBeNull();
  });

  it('takes comments on a change', async () => {
    await propose();
    stage.click('Comment');
    stage.fill('textarea', 'why?');
    stage.click('Say it');
    expect(sent()[0]).toMatchObject({
      type: 'edit.comment',
      proposal_id: 'p1',
      body: 'why?',
      hunk_id: 'h1'
    });
  });

  it('may be withdrawn by whoever made it', async () => {
    await propose();
    expect(stage.labels()).not.toContain('Withdraw');
    await propose({ by: 'user:ann' });
    stage.click('Withdraw');
    expect(sent()[0]).toMatchObject({ type: 'edit.withdraw' });
  });

  it('is only read by somebody who may not review', async () => {
    stage.down(welcome({ permissions: ['read', 'propose'], snapshot: null }));
    await propose();
    expect(stage.labels()).not.toContain('Accept');
    expect(stage.labels()).toContain('Comment');
  });

  it('is folded when there are several', async () => {
    stage.down({
      type: 'document.changed',
      document: documentState([], {
        proposals: [proposal(), proposal({ proposal_id: 'p2' })]
      })
    });
    await stage.settle();
    expect(stage.host.querySelector('.jca-Hunk')).toBeNull();
    stage.click('Changes');
    await stage.settle();
    expect(stage.host.querySelector('.jca-Hunk')).not.toBeNull();
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

  it('says that something is proposed, and what became of it', () => {
    const of = { ...about, proposal: proposal() };
    const hunks = ['h1'];
    expect(words({ type: 'edit.proposed', ...of })).toBe(
      'Ann proposes a change of 1 cell in sales.ipynb'
    );
    expect(words({ type: 'edit.accepted', ...of, hunks, cells: [] })).toBe(
      'Ann accepted what Ann proposed for sales.ipynb'
    );
    expect(words({ type: 'edit.rejected', ...of, hunks })).toBe(
      'Ann rejected what Ann proposed for sales.ipynb'
    );
    expect(words({ type: 'edit.withdrawn', ...of })).toBe(
      'Ann withdrew a proposal for sales.ipynb'
    );
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
