import { replaceSource } from '../codeActions';
import { blocksToTypeset, hasFormula, mayTypeset } from '../formulas';
import { findMentions, markMentions } from '../mentionMarks';
import { cutOpenFormula, splitSettled } from '../streamedText';

describe('a growing text', () => {
  const WHOLE = [
    'First paragraph\nof two lines.',
    '',
    '```python',
    'x = 1',
    '',
    'y = 2',
    '```',
    '',
    '- one',
    '',
    '- two',
    '',
    'Last *paragraph*',
    ''
  ].join('\n');

  test('settles whole blocks only', () => {
    expect(splitSettled('one\n\ntwo')).toEqual({
      settled: '',
      tail: 'one\n\ntwo'
    });
    expect(splitSettled('one\n\ntwo\n')).toEqual({
      settled: 'one\n\n',
      tail: 'two\n'
    });
  });

  test('does not settle inside a fence', () => {
    const open = 'text\n\n```\na\n\nb\n\nc\n';
    expect(splitSettled(open).tail).toBe('```\na\n\nb\n\nc\n');
  });

  test('does not tear lists apart', () => {
    const list = '- a\n\n- b\n\n  more\n\n1. c\n';
    expect(splitSettled(list).settled).toBe('');
  });

  test('is always the whole, and what has settled stays', () => {
    let before = '';
    for (let end = 0; end <= WHOLE.length; end++) {
      const { settled, tail } = splitSettled(WHOLE.slice(0, end));
      expect(settled + tail).toBe(WHOLE.slice(0, end));
      expect(settled.startsWith(before)).toBe(true);
      before = settled;
    }
    expect(before).toContain('- two');
  });

  test.each([
    ['so $$\\frac{a_1', 'so ', '$$\\frac{a_1'],
    ['so $x_1', 'so ', '$x_1'],
    ['so $x_1$ and', 'so $x_1$ and', ''],
    ['costs $5 and _more', 'costs $5 and _more', ''],
    ['`$x` and', '`$x` and', ''],
    ['```\n$$ x', '```\n$$ x', ''],
    ['$$\na\n', '', '$$\na\n'],
    ['$$ a\n\nnext', '$$ a\n\nnext', ''],
    ['\\begin{align} a &= b', '', '\\begin{align} a &= b'],
    ['\\begin{align} a \\end{align}', '\\begin{align} a \\end{align}', ''],
    ['\\\\[ a', '', '\\\\[ a'],
    ['it is \\$x_1', 'it is \\$x_1', '']
  ])('holds back the open formula of %j', (text, kept, formula) => {
    expect(cutOpenFormula(text)).toEqual({ text: kept, formula });
  });
});

describe('formulas', () => {
  test.each([
    '$\\href{javascript:alert(1)}{x}$',
    '$\\mmlToken{mglyph}[src=https://evil.example/x.png]{}$',
    '$\\require{html}$',
    '$\\gdef\\frac{x}$',
    '$\\renewcommand{\\sum}{x}$',
    '$\\style{position:fixed}{x}$',
    '$\\bbox[cursor:url(https://evil.example/x)]{x}$',
    '$\\let\\a\\href$',
    '$\\csname href\\endcsname$'
  ])('that reach beyond themselves stay text: %s', text => {
    expect(mayTypeset(text)).toBe(false);
  });

  test('that are ordinary are typeset', () => {
    const text = '$\\frac{a}{b} \\delta \\leftarrow \\default \\stylet$';
    expect(hasFormula(text)).toBe(true);
    expect(mayTypeset(text)).toBe(true);
  });

  test('are looked for block by block, outside code', () => {
    const host = document.createElement('div');
    host.innerHTML =
      '<p>$a$</p><p>$\\def\\x{1}$</p><pre><code>$b$</code></pre>' +
      '<p>no <code>$c$</code></p><p>none</p>';
    expect(blocksToTypeset(host)).toEqual([host.firstElementChild]);
  });
});

describe('mentions', () => {
  const ann = { id: 'user:ann', name: 'Ann Lee', me: true };
  const bot = { id: 'agent:notebook', name: 'Notebook', me: false };
  const found = (text: string) =>
    findMentions(text, [ann, bot])
      .filter(piece => piece.mention)
      .map(piece => piece.text);

  test.each([
    ['@ann look', ['@ann']],
    ['@Ann, @NOTEBOOK!', ['@Ann', '@NOTEBOOK']],
    ['hi @"Ann Lee"', ['@"Ann Lee"']],
    ['me@ann.example', []],
    ['@annabel', []],
    ['@@ann', []],
    ['@carl', []]
  ])('are found in %j', (text, expected) => {
    expect(found(text)).toEqual(expected);
  });

  test('cut a text without losing any of it', () => {
    const text = 'a @ann b @notebook c';
    const pieces = findMentions(text, [ann, bot]);
    expect(pieces.map(piece => piece.text).join('')).toBe(text);
  });

  test("are marked, one's own more strongly, not in code or links", () => {
    const host = document.createElement('div');
    host.innerHTML =
      '<p>@ann @notebook <code>@ann</code> <a href="https://x.example">@ann</a></p>';
    markMentions(host, [ann, bot]);
    const marks = Array.from(host.querySelectorAll('mark'));
    expect(marks.map(mark => mark.textContent)).toEqual(['@ann', '@notebook']);
    expect(marks.map(mark => mark.classList.contains('jca-mod-me'))).toEqual([
      true,
      false
    ]);
    expect(host.textContent).toBe('@ann @notebook @ann @ann');
  });

  test('cannot smuggle HTML in through a name', () => {
    const evil = { id: 'user:<img src=x>', name: '<b onclick=a>', me: false };
    const host = document.createElement('div');
    host.textContent = '@<img src=x> @"<b onclick=a>"';
    markMentions(host, [evil]);
    expect(host.querySelector('img, b')).toBeNull();
  });
});

describe('replacing a source', () => {
  test.each([
    ['', 'a'],
    ['abc', 'abc'],
    ['abcdef', 'abXdef'],
    ['aaa', 'aa'],
    ['x\ud83d\ude00y', 'x\ud83d\ude01y'],
    ['x\ud83d\ude00y', 'x\ud83c\ude00y'],
    ['total = 1', 'total = 2\nprint(total)']
  ])('makes %j into %j with one edit', (from, to) => {
    let source = from;
    let edits = 0;
    replaceSource(
      {
        getSource: () => source,
        updateSource: (start, end, value = '') => {
          edits++;
          source = source.slice(0, start) + value + source.slice(end);
        }
      },
      to
    );
    expect(source).toBe(to);
    expect(edits).toBe(from === to ? 0 : 1);
  });
});
