/**
 * How to cut a text that is still being written, so that what stands does not
 * have to be rendered again and what is unfinished does not look broken.
 */

const FENCE = /^ {0,3}(`{3,}|~{3,})/;
/** What may belong to the block before, in spite of the blank line. */
const CONTINUES = /^(?:\s|[-*+](?:\s|$)|>|\||\d+[.)]|<|\[[^\]]+\]:)/;

/** A text in two parts; together they are the whole. */
export interface ISplitText {
  /** Whole blocks that later text does not change. */
  settled: string;
  /** The block that is being written. */
  tail: string;
}

/**
 * Cut after the last block that is complete: at a blank line outside code
 * fences (no formula goes across one), before a line that begins a paragraph.
 */
export function splitSettled(text: string): ISplitText {
  const lines = text.split('\n');
  let fence: string | null = null;
  let position = 0;
  let cut = 0;
  let blankBefore = false;
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index];
    const isLast = index === lines.length - 1;
    if (fence === null && blankBefore) {
      // the last line may still turn into a list item or a heading
      if (line.trim() !== '' && !isLast && !CONTINUES.test(line)) {
        cut = position;
      }
    }
    const mark = FENCE.exec(line)?.[1];
    if (fence !== null) {
      if (
        mark &&
        mark[0] === fence[0] &&
        mark.length >= fence.length &&
        line.trim() === mark
      ) {
        fence = null;
      }
    } else if (mark) {
      fence = mark;
    }
    blankBefore = line.trim() === '' && fence === null;
    position += line.length + 1;
  }
  return { settled: text.slice(0, cut), tail: text.slice(cut) };
}

/** The last block, and the formula in it that is not complete yet. */
export interface IOpenFormula {
  text: string;
  formula: string;
}

/**
 * Cut the unfinished formula off the end of `tail`, to show it as plain text:
 * Markdown would take its underscores and asterisks for emphasis.
 */
export function cutOpenFormula(tail: string): IOpenFormula {
  let fence: string | null = null;
  let start = -1;
  let closes: string | null = null;
  let position = 0;
  const lines = tail.split('\n');
  for (const [index, line] of lines.entries()) {
    const isBlank = line.trim() === '' && index < lines.length - 1;
    const mark = FENCE.exec(line)?.[1];
    if (mark && (fence === null || line.trim().startsWith(fence))) {
      fence = fence === null ? mark : null;
    } else if (fence === null) {
      // no formula goes across a blank line, no inline one across a line end
      if (closes === '$' || closes === '\\\\)' || isBlank) {
        closes = null;
      }
      const prose = line.replace(/`[^`]*`/g, code => ' '.repeat(code.length));
      const marks = prose.matchAll(
        /\\\$|\$\$|\$|\\\\[[\]()]|\\(begin|end)\{([a-z]+\*?)\}/gi
      );
      for (const found of marks) {
        const word = found[0];
        if (closes !== null) {
          closes = word === closes ? null : closes;
        } else {
          closes = closerOf(word, found, prose);
          start = position + found.index;
        }
      }
    }
    position += line.length + 1;
  }
  if (closes === null || fence !== null) {
    return { text: tail, formula: '' };
  }
  return { text: tail.slice(0, start), formula: tail.slice(start) };
}

function closerOf(
  word: string,
  found: RegExpMatchArray,
  line: string
): string | null {
  if (word === '$') {
    // "$5" is money, "$x" may be a formula
    const next = line[(found.index ?? 0) + 1];
    return next === undefined || /[\s\d]/.test(next) ? null : '$';
  }
  if (word === '$$') {
    return '$$';
  }
  if (word.endsWith('[')) {
    return word.replace('[', ']');
  }
  if (word.endsWith('(')) {
    return word.replace('(', ')');
  }
  return found[1] === 'begin' ? `\\end{${found[2]}}` : null;
}
