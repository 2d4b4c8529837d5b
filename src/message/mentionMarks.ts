/** Somebody whom a message mentions; `me` when it is the reader. */
export interface IMention {
  id: string;
  name: string;
  me: boolean;
}

const SKIPPED = 'a, blockquote, code, pre, mjx-container';

/** A piece of text, marked when it mentions somebody. */
export interface IMentionPiece {
  text: string;
  mention: IMention | null;
}

/**
 * Cut a text at its mentions: `@username`, `@agent` or `@"Display Name"`, of
 * those that the server found in the message (it decides who is mentioned).
 */
export function findMentions(
  text: string,
  mentions: readonly IMention[]
): IMentionPiece[] {
  const byName = new Map<string, IMention>();
  for (const mention of mentions) {
    const handle = mention.id.slice(mention.id.indexOf(':') + 1);
    byName.set(fold(handle), mention);
    byName.set(`"${fold(mention.name)}"`, mention);
  }
  const names = [...byName.keys()]
    .filter(name => name !== '' && name !== '""')
    .sort((a, b) => b.length - a.length)
    .map(name => escapeRegExp(name).replace(/ /g, '\\s+'));
  if (!names.length || !text.includes('@')) {
    return [{ text, mention: null }];
  }
  const pattern = new RegExp(
    `(?<![\\p{L}\\p{N}_.%+@\\\\-])@(${names.join('|')})(?![\\p{L}\\p{N}_])`,
    'giu'
  );
  const pieces: IMentionPiece[] = [];
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    if (match.index > end) {
      pieces.push({ text: text.slice(end, match.index), mention: null });
    }
    const mention = byName.get(fold(match[1])) ?? null;
    pieces.push({ text: match[0], mention });
    end = match.index + match[0].length;
  }
  if (end < text.length) {
    pieces.push({ text: text.slice(end), mention: null });
  }
  return pieces;
}

/** Mark the mentions in a rendered message. */
export function markMentions(
  host: HTMLElement,
  mentions: readonly IMention[]
): void {
  if (!mentions.length) {
    return;
  }
  const walker = document.createTreeWalker(host, NodeFilter.SHOW_TEXT);
  const texts: Text[] = [];
  while (walker.nextNode()) {
    const text = walker.currentNode as Text;
    if (text.data.includes('@') && !text.parentElement?.closest(SKIPPED)) {
      texts.push(text);
    }
  }
  for (const text of texts) {
    const pieces = findMentions(text.data, mentions);
    if (pieces.some(piece => piece.mention)) {
      text.replaceWith(...pieces.map(toNode));
    }
  }
}

function toNode(piece: IMentionPiece): Node | string {
  if (!piece.mention) {
    return piece.text;
  }
  // "mark" tells screen readers too that this is meant for somebody
  const node = document.createElement('mark');
  node.className = piece.mention.me
    ? 'jca-Mention jca-mod-me'
    : 'jca-Mention jca-mod-other';
  node.textContent = piece.text.replace(/"/g, '');
  node.title = piece.mention.name;
  return node;
}

function fold(name: string): string {
  return name.normalize('NFC').toLowerCase().split(/\s+/).join(' ').trim();
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
