/** Colours and words of code; loaded when the first change is looked at. */

import { presentableDiff } from '@codemirror/merge';
import { jupyterHighlightStyle } from '@jupyterlab/codemirror';
import type { Parser } from '@lezer/common';
import { highlightCode } from '@lezer/highlight';
import { IColour, IDiffTools, splitLines } from './diff';

/** Longer texts stay black: to read them takes longer than to look at them. */
const MOST = 50_000;

function colours(text: string, parser: Parser): IColour[][] | null {
  const lines: IColour[][] = [[]];
  highlightCode(
    text,
    parser.parse(text),
    jupyterHighlightStyle,
    (code, classes) => {
      const shown = code.replace(/\r$/, '');
      lines[lines.length - 1].push({ text: shown, classes });
    },
    () => lines.push([])
  );
  const count = splitLines(text).length;
  // an end of the last line begins no other
  const fits = lines.length === count || lines.length === count + 1;
  return fits ? lines : null;
}

/** How a text in this language is drawn (null: in none that is known). */
export function diffTools(parser: Parser | null): IDiffTools {
  return {
    colours: text =>
      parser === null || text.length > MOST ? null : colours(text, parser),
    words: (before, after) =>
      before.length + after.length > MOST
        ? null
        : presentableDiff(before, after)
  };
}
