/** The browser's side of `socket.ts`. */

import { ServerConnection } from '@jupyterlab/services';
import { DisposableDelegate, IDisposable } from '@lumino/disposable';
import { joinUrl } from '../request';
import { SocketFactory, ITimers } from './socket';

export function browserSockets(
  sessionId: string,
  settings: ServerConnection.ISettings
): SocketFactory {
  return (resume, events) => {
    const socket = new settings.WebSocket(joinUrl(sessionId, resume, settings));
    socket.onmessage = event => events.onFrame(event.data);
    socket.onclose = event => events.onClose(event.code);
    return {
      send: frame => socket.send(frame),
      close: () => {
        socket.onmessage = socket.onclose = null;
        socket.close();
      }
    };
  };
}

export const browserTimers: ITimers = {
  now: () => performance.now(),
  later: (milliseconds, callback) => window.setTimeout(callback, milliseconds),
  cancel: timer => window.clearTimeout(timer as number | undefined),
  random: () => Math.random()
};

/** Call when the network is back or the page is looked at again. */
export function onReturn(callback: () => void): IDisposable {
  const visible = (): void => {
    if (document.visibilityState === 'visible') {
      callback();
    }
  };
  window.addEventListener('online', callback);
  document.addEventListener('visibilitychange', visible);
  return new DisposableDelegate(() => {
    window.removeEventListener('online', callback);
    document.removeEventListener('visibilitychange', visible);
  });
}
