import { ISignal } from '@lumino/signaling';
import * as React from 'react';

/** Render again when a signal comes, if `matters` says so. */
export function useSignal<T, U>(
  signal: ISignal<T, U>,
  matters?: (args: U) => boolean
): void {
  const [, again] = React.useReducer((count: number) => count + 1, 0);
  const newest = React.useRef(matters);
  newest.current = matters;
  React.useLayoutEffect(() => {
    const slot = (_: T, args: U): void => {
      if (newest.current?.(args) ?? true) {
        again();
      }
    };
    signal.connect(slot);
    return () => void signal.disconnect(slot);
  }, [signal]);
}

/** A value that never changes in place, read again when its signal comes. */
export function useValue<T, U, V>(
  signal: ISignal<T, U>,
  read: () => V,
  matters?: (args: U) => boolean
): V {
  const newest = React.useRef(matters);
  newest.current = matters;
  const subscribe = React.useCallback(
    (notify: () => void) => {
      const slot = (_: T, args: U): void => {
        if (newest.current?.(args) ?? true) {
          notify();
        }
      };
      signal.connect(slot);
      return () => void signal.disconnect(slot);
    },
    [signal]
  );
  return React.useSyncExternalStore(subscribe, read);
}
