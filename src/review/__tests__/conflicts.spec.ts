import { nullTranslator } from '@jupyterlab/translation';
import { ConflictKind, ConflictSummary } from '../../protocol.gen';
import {
  choices,
  conflictList,
  conflictWords,
  keptWords,
  sideText
} from '../conflicts';
import {
  conflict,
  documentState,
  NOTEBOOK
} from '../../documents/__tests__/kit';

const trans = nullTranslator.load('test');
const ME = 'user:me';
const labels = (one: ConflictSummary) =>
  choices(one, ME, trans).map(({ label }) => label);

describe('a conflict', () => {
  it('says who changed what', () => {
    const said = (change: Partial<ConflictSummary>) =>
      conflictWords(conflict(change), ME, trans);
    expect(said({})).toBe('Cleo changed the same lines otherwise');
    expect(said({ by: ME })).toBe('You changed the same lines otherwise');
    expect(said({ by: 'disk', by_name: 'disk' })).toBe(
      'The file on disk changed the same lines otherwise'
    );
    expect(said({ kind: 'deleted_there' })).toContain('deleted this cell');
    expect(said({ kind: 'metadata', key: ['tags', 'a'] })).toContain(
      '“tags.a”'
    );
  });

  it('of texts can be decided four ways', () => {
    expect(labels(conflict())).toEqual([
      'Keep what is here',
      'Take Cleo’s',
      'Keep both',
      'Edit…'
    ]);
    expect(labels(conflict({ by: ME }))[1]).toBe('Take mine');
    expect(labels(conflict({ by: 'disk' }))[1]).toBe('Take the file’s');
  });

  it.each([
    ['deleted_here', ['Leave it deleted', 'Bring it back']],
    ['deleted_there', ['Keep the cell', 'Delete it']],
    ['place', ['Keep what is here', 'Take Cleo’s']],
    ['cell_type', ['Keep what is here', 'Take Cleo’s']],
    ['metadata', ['Keep what is here', 'Take Cleo’s']],
    ['attachments', ['Keep what is here', 'Take Cleo’s']],
    ['outputs', ['Keep what is here', 'Take Cleo’s']]
  ] as const)('of another kind in two ways: %s', (kind, said) => {
    expect(labels(conflict({ kind }))).toEqual(said);
  });

  it.each([
    ['source', 'a = 1\n', 'a = 1\n'],
    ['deleted_here', { source: 'a = 1', metadata: {} }, 'a = 1'],
    ['deleted_there', null, null],
    ['place', null, 'at the top'],
    ['place', 'c1', 'behind cell c1'],
    ['cell_type', 'raw', 'raw'],
    ['metadata', { a: 1 }, '{\n  "a": 1\n}'],
    ['metadata', null, null]
  ] as [ConflictKind, unknown, string | null][])(
    'shows a side as text: %s %p',
    (kind, side, text) => {
      const of = { conflict: conflict({ kind }), path: NOTEBOOK };
      const describe = (place: { cell_id: string }) => `cell ${place.cell_id}`;
      expect(sideText(of, side, describe, trans)).toBe(text);
    }
  );

  it('says how it was decided', () => {
    expect(keptWords('both', trans)).toBe('kept both');
    expect(keptWords('edited', trans)).toBe('wrote another version');
  });
});

it('lists conflicts by file, the oldest first', () => {
  const states = [
    documentState([], {
      conflicts: [
        conflict({ conflict_id: 'late', at: 9 }),
        conflict({ conflict_id: 'early', at: 1 })
      ]
    }),
    documentState([], {
      path: 'a.py',
      conflicts: [conflict({ conflict_id: 'a' })]
    })
  ];
  expect(conflictList(states).map(({ conflict: c }) => c.conflict_id)).toEqual([
    'a',
    'early',
    'late'
  ]);
});
