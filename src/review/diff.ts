/** A change of a text as lines; pure. */

import { Hunk, ProposedPart } from '../protocol.gen';

/** A stretch of a line. */
export interface IPiece {
  readonly text: string;
  /** CSS classes that colour it. */
  readonly classes: string;
  /** The other side has something else there. */
  readonly changed: boolean;
}

export type LineKind = 'context' | 'removed' | 'added';

export interface IDiffLine {
  readonly kind: LineKind;
  /** From 1: in what is proposed; of a removed line in what was there. */
  readonly number: number;
  readonly pieces: readonly IPiece[];
}

/** Where two texts differ, in their characters. */
export interface IWordChange {
  readonly fromA: number;
  readonly toA: number;
  readonly fromB: number;
  readonly toB: number;
}

/** How texts are coloured and compared; both may come later or never. */
export interface IDiffTools {
  /** The colours of a text, line by line. */
  colours(text: string): readonly (readonly IColour[])[] | null;
  words(before: string, after: string): readonly IWordChange[] | null;
}

export interface IColour {
  readonly text: string;
  readonly classes: string;
}

export const PLAIN: IDiffTools = { colours: () => null, words: () => null };

/** Lines that are shown around a change. */
const CONTEXT = 2;

/** Lines with their ends, as the server counts them. */
export function splitLines(text: string): string[] {
  return text.match(/[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+$/g) ?? [];
}

/** A hunk of a text, with a little of what is around it. */
export function hunkLines(
  part: Pick<ProposedPart, 'before' | 'after'>,
  hunk: Pick<Hunk, 'line' | 'lines' | 'new_line' | 'new_lines'>,
  tools: IDiffTools = PLAIN
): IDiffLine[] {
  const before = new Text(part.before ?? '', tools);
  const after = new Text(part.after ?? '', tools);
  const { line, lines, new_line, new_lines } = hunk;
  const removed = before.slice(line, line + lines);
  const added = after.slice(new_line, new_line + new_lines);
  const changes = lines && new_lines ? tools.words(removed, added) : null;
  const marks = (from: 'fromA' | 'fromB', to: 'toA' | 'toB') =>
    (changes ?? []).map(change => ({ from: change[from], to: change[to] }));
  return [
    ...before.lines('context', line - CONTEXT, line, new_line - line),
    ...before.lines('removed', line, line + lines, 0, marks('fromA', 'toA')),
    ...after.lines(
      'added',
      new_line,
      new_line + new_lines,
      0,
      marks('fromB', 'toB')
    ),
    ...before.lines(
      'context',
      line + lines,
      line + lines + CONTEXT,
      new_line + new_lines - line - lines
    )
  ];
}

/** A whole text that comes or goes. */
export function wholeLines(
  text: string,
  kind: LineKind,
  tools: IDiffTools = PLAIN
): IDiffLine[] {
  const whole = new Text(text, tools);
  return whole.lines(kind, 0, whole.count, 0);
}

interface IRange {
  readonly from: number;
  readonly to: number;
}

class Text {
  constructor(text: string, tools: IDiffTools) {
    this._lines = splitLines(text);
    this._colours = tools.colours(text);
  }

  get count(): number {
    return this._lines.length;
  }

  slice(from: number, to: number): string {
    return this._lines.slice(from, to).join('');
  }

  /** `marked`: ranges in the characters of these lines; `shift` of numbers. */
  lines(
    kind: LineKind,
    from: number,
    to: number,
    shift: number,
    marked: readonly IRange[] = []
  ): IDiffLine[] {
    let at = 0;
    const begin = Math.max(0, from);
    return this._lines.slice(begin, Math.max(begin, to)).map((line, index) => {
      const number = begin + index + shift + 1;
      const text = line.replace(/[\r\n]+$/, '');
      const colours = this._colours?.[begin + index] ?? [{ text, classes: '' }];
      const pieces = cut(colours, marked, at);
      at += line.length;
      return { kind, number, pieces };
    });
  }

  private readonly _lines: readonly string[];
  private readonly _colours: readonly (readonly IColour[])[] | null;
}

/** The coloured pieces, cut where marks begin and end; they begin at `at`. */
function cut(
  colours: readonly IColour[],
  marked: readonly IRange[],
  at: number
): IPiece[] {
  const pieces: IPiece[] = [];
  for (const { text, classes } of colours) {
    const end = at + text.length;
    const borders = new Set([at, end]);
    for (const { from, to } of marked) {
      [from, to]
        .filter(border => border > at && border < end)
        .forEach(border => borders.add(border));
    }
    const sorted = [...borders].sort((a, b) => a - b);
    for (let i = 1; i < sorted.length; i++) {
      const [from, to] = [sorted[i - 1], sorted[i]];
      pieces.push({
        text: text.slice(from - at, to - at),
        classes,
        changed: marked.some(mark => mark.from <= from && to <= mark.to)
      });
    }
    at = end;
  }
  return pieces;
}
