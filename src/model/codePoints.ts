/** Characters as the server counts them: code points, not UTF-16 units. */

export function codePoints(text: string): number {
  let count = text.length;
  for (let i = 0; i < text.length - 1; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0xd800 && unit < 0xdc00) {
      const next = text.charCodeAt(i + 1);
      if (next >= 0xdc00 && next < 0xe000) {
        count--;
        i++;
      }
    }
  }
  return count;
}

/** The text without its first `count` characters. */
export function dropCodePoints(text: string, count: number): string {
  return Array.from(text).slice(count).join('');
}
