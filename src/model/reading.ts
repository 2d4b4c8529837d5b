/**
 * How far I have read, and the line that shows where I stopped. The line is
 * drawn for what arrives while nobody looks, and stays until the next time or
 * until I answer.
 */
export class Reading {
  get readSeq(): number {
    return this._readSeq;
  }

  /** What others wrote after this seq is new; null for no line. */
  get line(): number | null {
    return this._line;
  }

  get watching(): boolean {
    return this._watching;
  }

  /** The session was opened: everything after the server's mark is new. */
  open(readSeq: number, head: number): void {
    this._readSeq = Math.max(this._readSeq, readSeq);
    if (head > this._readSeq) {
      this._line ??= this._readSeq;
    }
  }

  /** Another tab of mine read on. */
  readElsewhere(seq: number): void {
    this._readSeq = Math.max(this._readSeq, seq);
    if (!this._watching && this._line !== null && this._line < seq) {
      this._line = null;
    }
  }

  /** Somebody else said something. */
  arrived(): void {
    if (!this._watching && (this._line ?? -1) < this._readSeq) {
      this._line = this._readSeq;
    }
  }

  /**
   * I see the end of the list, or do not any more. The line stays: whoever
   * scrolls back looks for it.
   */
  watch(watching: boolean): void {
    this._watching = watching;
  }

  /** True when this is news. */
  read(seq: number): boolean {
    if (seq <= this._readSeq) {
      return false;
    }
    this._readSeq = seq;
    return true;
  }

  /** I answered, so I have seen it all. */
  answered(): void {
    this._line = null;
  }

  private _readSeq = 0;
  private _line: number | null = null;
  private _watching = false;
}
