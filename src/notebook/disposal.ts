import {
  DisposableDelegate,
  DisposableSet,
  IDisposable
} from '@lumino/disposable';
import { ISignal } from '@lumino/signaling';
import { Widget } from '@lumino/widgets';
import { ICollab, ISessionView } from '../tokens';

/** Connect, until disposed. */
export function listen<T, U>(
  signal: ISignal<T, U>,
  slot: (value: U) => void
): IDisposable {
  const own = (_: T, value: U) => slot(value);
  signal.connect(own);
  return new DisposableDelegate(() => signal.disconnect(own));
}

/** Listen to an event of the page, until disposed. */
export function listenTo(
  target: EventTarget,
  types: readonly string[],
  listener: (event: Event) => void,
  options: AddEventListenerOptions = {}
): IDisposable {
  for (const type of types) {
    target.addEventListener(type, listener, options);
  }
  return new DisposableDelegate(() => {
    for (const type of types) {
      target.removeEventListener(type, listener, options);
    }
  });
}

/** Do something with each session that is opened, and undo it when it is left. */
export function withSession(
  collab: ICollab,
  begin: (session: ISessionView) => IDisposable
): IDisposable {
  let current: IDisposable | null = null;
  const change = (session: ISessionView | null) => {
    current?.dispose();
    current = session && begin(session);
  };
  const connection = listen(collab.sessionChanged, change);
  change(collab.session);
  return new DisposableDelegate(() => {
    connection.dispose();
    current?.dispose();
  });
}

/** The widgets of one kind that are open, and those that come. */
export interface IWidgets<W extends Widget> {
  forEach(fn: (widget: W) => void): void;
  readonly widgetAdded: ISignal<any, W>;
}

/** Do something with each widget there is, and undo it when that is closed. */
export function withEach<W extends Widget>(
  widgets: IWidgets<W>,
  begin: (widget: W) => IDisposable
): IDisposable {
  const all = new DisposableSet();
  const add = (widget: W) => {
    const part = begin(widget);
    all.add(part);
    widget.disposed.connect(() => {
      all.remove(part);
      part.dispose();
    });
  };
  widgets.forEach(add);
  all.add(listen(widgets.widgetAdded, add));
  return all;
}
