import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

export const MESSAGE_PARAMETER = 'collab-message';

/** A link to a message, for those who may read the session. */
export function messageUrl(
  sessionId: string,
  messageId: string,
  settings: ServerConnection.ISettings
): string {
  const url = new URL(
    URLExt.join(settings.baseUrl, 'lab'),
    window.location.href
  );
  url.searchParams.set(MESSAGE_PARAMETER, `${sessionId}/${messageId}`);
  return url.toString();
}

/** The session and the message that a link names, null for none. */
export function parseMessageLink(
  search: string
): { sessionId: string; messageId: string } | null {
  const value = new URLSearchParams(search).get(MESSAGE_PARAMETER) ?? '';
  const [sessionId, messageId] = value.split('/');
  return sessionId && messageId ? { sessionId, messageId } : null;
}
