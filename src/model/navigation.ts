import { Signal } from '@lumino/signaling';
import { Anchor } from '../protocol.gen';

/** What the panel shows below its header. */
export type View =
  | { readonly kind: 'chat' }
  | { readonly kind: 'threads' }
  | { readonly kind: 'thread'; readonly threadId: string }
  | { readonly kind: 'new-thread'; readonly anchor: Anchor }
  | { readonly kind: 'context' }
  | { readonly kind: 'locks' }
  | { readonly kind: 'review' }
  | { readonly kind: 'search'; readonly query: string };

const CHAT: View = { kind: 'chat' };

/** Where the panel is in one session. */
export class Navigation {
  get view(): View {
    return this._view;
  }

  /** Show another view. */
  go(view: View): void {
    this._target = null;
    this._show(view);
  }

  /** Leave a thread for where it was opened from. */
  back(): void {
    this._view = this._isThread(this._before) ? CHAT : this._before;
    this.changed.emit(this._view);
  }

  /** Show a message in a view; the list that has it scrolls there. */
  jump(messageId: string, view: View): void {
    // first, so that a list that is made for it begins there
    this._target = messageId;
    this._show(view);
    this.jumped.emit(messageId);
  }

  /** The message to scroll to, null when it is reached. */
  get target(): string | null {
    return this._target;
  }

  reached(): void {
    this._target = null;
  }

  readonly changed = new Signal<this, View>(this);
  readonly jumped = new Signal<this, string>(this);

  private _show(view: View): void {
    if (view.kind !== this._view.kind && !this._isThread(this._view)) {
      this._before = this._view;
    }
    this._view = view;
    this.changed.emit(view);
  }

  private _isThread(view: View): boolean {
    return view.kind === 'thread' || view.kind === 'new-thread';
  }

  private _view: View = CHAT;
  private _before: View = CHAT;
  private _target: string | null = null;
}
