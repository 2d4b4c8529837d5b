import { nullTranslator } from '@jupyterlab/translation';
import {
  conflict,
  documentState,
  NOTEBOOK
} from '../../documents/__tests__/kit';
import { Hunk } from '../../protocol.gen';
import {
  decidedWords,
  hunkWords,
  partsUnder,
  placeOf,
  progressWords,
  proposesWords,
  reviewers
} from '../proposals';
import { filtered, NO_FILTER, waitingIn } from '../waiting';
import { details, hunk, part, proposal } from './kit';

const trans = nullTranslator.load('test');
const ME = 'user:me';

describe('a proposal', () => {
  it('says whose it is, and how far it is', () => {
    expect(proposesWords(proposal(), ME, trans)).toBe('notebook proposes');
    expect(proposesWords(proposal({ by: ME }), ME, trans)).toBe('You propose');
    expect(progressWords(proposal({ open: 3 }), trans)).toBe('3 changes');
    expect(
      progressWords(proposal({ open: 1, accepted: 2, rejected: 1 }), trans)
    ).toBe('1 of 4 changes to decide');
  });

  it.each([
    ['accepted', 'accepted'],
    ['partly_accepted', '2 accepted, 1 rejected'],
    ['withdrawn', 'withdrawn']
  ] as const)('says what became of it: %s', (status, words) => {
    const over = proposal({ status, accepted: 2, rejected: 1 });
    expect(decidedWords(over, trans)).toBe(words);
  });

  it('names its reviewers in the order in which they came', () => {
    const by = (decided_by: string, decided_at: number) =>
      hunk({ status: 'accepted', decided_by, decided_at });
    expect(
      reviewers(
        details({
          parts: [
            part({ hunks: [by('user:ben', 5), hunk(), by('user:ann', 9)] })
          ],
          comments: [
            {
              comment_id: 'k',
              by: 'user:cleo',
              by_name: 'Cleo',
              at: 7,
              body: '?',
              hunk_id: null
            }
          ]
        })
      )
    ).toEqual(['user:ben', 'user:cleo', 'user:ann']);
  });

  it.each([
    [{}, 'Change line 2'],
    [{ lines: 3 }, 'Change lines 2–4'],
    [{ lines: 0, new_lines: 2 }, 'Add lines 2–3'],
    [{ new_lines: 0 }, 'Remove line 2'],
    [{ kind: 'insert' }, 'Add a code cell'],
    [{ kind: 'delete' }, 'Delete this cell'],
    [{ kind: 'move' }, 'Move this cell behind cell c3'],
    [
      { kind: 'cell_type', was: 'code', becomes: 'raw' },
      'Make this cell raw instead of code'
    ],
    [{ kind: 'metadata', key: 'tags' }, 'Change “tags” in the metadata']
  ] as [Partial<Hunk>, string][])(
    'says what a change does: %j',
    (of, words) => {
      expect(hunkWords(hunk(of), part(), id => `cell ${id}`, trans)).toBe(
        words
      );
    }
  );
});

describe('a part of a proposal', () => {
  const cells = ['c1', 'c3', 'c4'];

  it('is shown under its cell', () => {
    expect(placeOf(part(), [part()], cells)).toBe('c4');
  });

  it('that is new is shown under the cell in front of it, however far', () => {
    const first = part({ cell_id: 'n1', behind: 'c3', before: null });
    const second = part({ cell_id: 'n2', behind: 'n1', before: null });
    expect(placeOf(second, [first, second], cells)).toBe('c3');
  });

  it('that is to come first, or behind nothing known, is at the first cell', () => {
    const top = part({ cell_id: 'n', behind: null, before: null });
    expect(placeOf(top, [top], cells)).toBe('c1');
    expect(placeOf(top, [top], [])).toBeNull();
    const lost = part({ cell_id: 'n', behind: 'gone', before: null });
    expect(placeOf(lost, [lost], cells)).toBe(null);
    const round = part({ cell_id: 'n', behind: 'n', before: null });
    expect(placeOf(round, [round], cells)).toBe('c1');
  });

  it('of a file or of all the notebook has no cell', () => {
    const file = part({ cell_id: null });
    expect(placeOf(file, [file], cells)).toBeNull();
  });

  it('stays while something at its place is to decide', () => {
    const decided = part({ hunks: [hunk({ status: 'accepted' })] });
    const fresh = part({ cell_id: 'n', behind: 'c4', before: null });
    expect(partsUnder('c4', [decided], cells)).toEqual([]);
    expect(partsUnder('c4', [decided, fresh], cells)).toEqual([decided, fresh]);
  });
});

describe('what waits', () => {
  const states = [
    documentState([], {
      proposals: [
        proposal({ proposal_id: 'late', at: 9, by: ME }),
        proposal({ proposal_id: 'early' })
      ],
      conflicts: [conflict()]
    }),
    documentState([], {
      path: 'a.py',
      document_id: 'd2',
      conflicts: [conflict({ conflict_id: 'a' })]
    })
  ];
  const all = waitingIn(states);
  const ids = (filter: object) =>
    filtered(all, { ...NO_FILTER, ...filter }, ME).map(one =>
      one.kind === 'proposal'
        ? one.proposal.proposal_id
        : one.conflict.conflict_id
    );

  it('is listed by file, proposals first, the oldest first', () => {
    expect(ids({})).toEqual(['a', 'early', 'late', 'k1']);
  });

  it.each([
    [{ kind: 'conflict' }, ['a', 'k1']],
    [{ kind: 'proposal' }, ['early', 'late']],
    [{ path: NOTEBOOK }, ['early', 'late', 'k1']],
    [{ by: 'agents' }, ['early']],
    [{ by: 'people' }, ['a', 'late', 'k1']],
    [{ by: 'me' }, ['late']],
    [{ by: 'me', kind: 'conflict' }, []]
  ])('is filtered: %j', (filter, found) => {
    expect(ids(filter)).toEqual(found);
  });
});
