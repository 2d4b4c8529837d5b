/**
 * Which formulas of a message may be typeset.
 *
 * MathJax runs after the sanitiser, makes elements of its own and keeps
 * definitions for the whole page. So what can load something, restyle the page
 * or redefine a command stays text.
 */

/** TeX that makes links, styles, classes, raw elements, or definitions. */
const REFUSED =
  /\\(?:mmlToken|href|url|require|style|class|cssId|data|texttip|mathtip|tooltip|action|toggle|enclose|def|gdef|edef|xdef|let|csname|newcommand|renewcommand|providecommand|newenvironment|renewenvironment|DeclareMathOperator|Newextarrow|includegraphics|html\w*)(?![a-zA-Z])|url\s*\(/i;

const DELIMITER = /\$|\\\(|\\\[|\\begin\s*\{/;

/** Longer ones block the page for too long. */
const MAX_LENGTH = 20_000;

/** Whether `text` seems to contain a formula. */
export function hasFormula(text: string): boolean {
  return DELIMITER.test(text);
}

/** Whether the formulas of `text` are harmless. */
export function mayTypeset(text: string): boolean {
  return text.length <= MAX_LENGTH && !REFUSED.test(text);
}

/** The blocks of a rendered message whose formulas are to be typeset. */
export function blocksToTypeset(host: HTMLElement): HTMLElement[] {
  const blocks: HTMLElement[] = [];
  for (const block of Array.from(host.children)) {
    const text = proseOf(block);
    if (block instanceof HTMLElement && hasFormula(text) && mayTypeset(text)) {
      blocks.push(block);
    }
  }
  return blocks;
}

/** The text outside code, which MathJax skips too. */
function proseOf(block: Element): string {
  if (block.matches('pre, code')) {
    return '';
  }
  if (!block.querySelector('pre, code')) {
    return block.textContent ?? '';
  }
  const copy = block.cloneNode(true) as Element;
  copy.querySelectorAll('pre, code').forEach(code => code.remove());
  return copy.textContent ?? '';
}
