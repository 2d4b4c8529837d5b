import {
  hunkLines,
  IDiffLine,
  IDiffTools,
  splitLines,
  wholeLines
} from '../diff';
import { hunk, part } from './kit';

const shown = (lines: IDiffLine[]) =>
  lines.map(
    ({ kind, number, pieces }) =>
      `${kind[0]}${number} ${pieces.map(piece => piece.text).join('')}`
  );

describe('lines of a text', () => {
  it.each([
    ['', []],
    ['a', ['a']],
    ['a\n', ['a\n']],
    ['a\r\nb\rc\n\nd', ['a\r\n', 'b\r', 'c\n', '\n', 'd']]
  ])('are cut as on the server: %j', (text, lines) => {
    expect(splitLines(text)).toEqual(lines);
  });
});

describe('a hunk', () => {
  it('is shown with what is around it, numbered as it will be', () => {
    const before = 'a\nb\nc\nd\ne\nf';
    const after = 'a\nb\nX\nY\nd\ne\nf';
    expect(
      shown(
        hunkLines(
          { before, after },
          hunk({ line: 2, lines: 1, new_line: 2, new_lines: 2 })
        )
      )
    ).toEqual(['c1 a', 'c2 b', 'r3 c', 'a3 X', 'a4 Y', 'c5 d', 'c6 e']);
  });

  it('at the ends of a text has nothing around it there', () => {
    expect(
      shown(
        hunkLines({ before: 'a', after: 'b' }, hunk({ line: 0, new_line: 0 }))
      )
    ).toEqual(['r1 a', 'a1 b']);
  });

  it('that only adds or removes is shown so', () => {
    const text = { before: 'a\nb', after: 'a\nN\nb' };
    expect(shown(hunkLines(text, hunk({ lines: 0, new_lines: 1 })))).toEqual([
      'c1 a',
      'a2 N',
      'c3 b'
    ]);
  });

  it('marks the words that differ, across colours', () => {
    const tools: IDiffTools = {
      colours: text =>
        splitLines(text).map(line => {
          const bare = line.trimEnd();
          return [
            { text: bare.slice(0, 4), classes: 'name' },
            { text: bare.slice(4), classes: 'number' }
          ];
        }),
      // "= 2" becomes "= 20"
      words: () => [{ fromA: 2, toA: 5, fromB: 2, toB: 6 }]
    };
    const [, removed, added] = hunkLines(part(), hunk(), tools);
    expect(removed.pieces).toEqual([
      { text: 'b ', classes: 'name', changed: false },
      { text: '= ', classes: 'name', changed: true },
      { text: '2', classes: 'number', changed: true }
    ]);
    expect(added.pieces.map(({ text, changed }) => [text, changed])).toEqual([
      ['b ', false],
      ['= ', true],
      ['20', true]
    ]);
  });

  it('asks for no words where one side is empty', () => {
    const words = jest.fn();
    hunkLines(part(), hunk({ lines: 0 }), { colours: () => null, words });
    expect(words).not.toHaveBeenCalled();
  });
});

it('a whole text comes line by line', () => {
  expect(shown(wholeLines('a\n\nb\n', 'added'))).toEqual([
    'a1 a',
    'a2 ',
    'a3 b'
  ]);
});
