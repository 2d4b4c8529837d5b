import { pythonLanguage } from '@codemirror/lang-python';
import { diffTools } from '../codeColours';

describe('the colours of code', () => {
  const { colours, words } = diffTools(pythonLanguage.parser);

  it('are given line by line, and leave no character out', () => {
    const text = 'if a:\r\n    b = "c" # d\n\n';
    const lines = colours(text)!;
    expect(lines.map(line => line.map(one => one.text).join(''))).toEqual([
      'if a:',
      '    b = "c" # d',
      '',
      ''
    ]);
    expect(lines[0][0].text).toBe('if');
    expect(lines[0][0].classes).not.toBe('');
  });

  it('are left out for other line ends and for long texts', () => {
    expect(colours('a\rb')).toBeNull();
    expect(colours('x = 1\n'.repeat(10_000))).toBeNull();
    expect(diffTools(null).colours('a')).toBeNull();
  });

  it('the words that differ are found', () => {
    const [change] = words('region = "South"\n', 'region = "West"\n')!;
    expect(change).toMatchObject({ fromA: 10, toA: 15, fromB: 10, toB: 14 });
    expect(words('x'.repeat(60_000), '')).toBeNull();
  });
});
