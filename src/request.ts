/** The only module that knows our URLs. */

import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import {
  AcceptInvite,
  AgentSummary,
  ConflictDetails,
  ConflictList,
  ContextHistory,
  CreatedSession,
  CreateSession,
  DurableEvent,
  ErrorCode,
  Health,
  InviteBody,
  InviteLink,
  Joined,
  KnownPerson,
  MessagePage,
  MessageVersion,
  PatchSession,
  Problem,
  ProposalDetails,
  ProposalList,
  PROTOCOL_VERSION,
  ResolveBody,
  SessionDetails,
  SessionList
} from './protocol.gen';

const NAMESPACE = 'api/collab-agents';

type Settings = ServerConnection.ISettings;
type Parameters = Record<string, string | number | undefined>;

/** The server refused, or could not be reached (`code` is then 'network'). */
export class RequestError extends Error {
  constructor(
    readonly code: ErrorCode | 'network',
    message: string,
    readonly detail: string | null = null,
    /** What else the server answered. */
    readonly body: unknown = null
  ) {
    super(message);
    this.name = 'RequestError';
  }
}

/** Anything that was thrown, as words for people. */
export function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function path(...segments: string[]): string {
  return URLExt.join(NAMESPACE, ...segments.map(encodeURIComponent));
}

function query(parameters: Parameters): string {
  const entries = Object.entries(parameters).filter(
    (entry): entry is [string, string | number] => entry[1] !== undefined
  );
  const text = new URLSearchParams(
    entries.map(([key, value]) => [key, String(value)])
  ).toString();
  return text && `?${text}`;
}

function isProblem(value: unknown): value is Problem {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as Problem).code === 'string' &&
    typeof (value as Problem).message === 'string'
  );
}

/**
 * Call our REST interface; `target` begins with `api/collab-agents`.
 * Rejects with `RequestError` only.
 */
export async function requestAPI<T>(
  target: string,
  init: RequestInit,
  settings: Settings
): Promise<T> {
  let response: Response;
  let text: string;
  try {
    response = await ServerConnection.makeRequest(
      URLExt.join(settings.baseUrl, target),
      init,
      settings
    );
    text = await response.text();
  } catch (error) {
    throw new RequestError('network', reason(error));
  }
  let body: unknown = null;
  try {
    body = text ? JSON.parse(text) : null;
  } catch {
    // a proxy's HTML page; the status says enough
  }
  if (response.ok) {
    return body as T;
  }
  if (isProblem(body)) {
    throw new RequestError(body.code, body.message, body.detail);
  }
  const code =
    response.status === 404
      ? 'not_found'
      : response.status === 403 || response.status === 401
        ? 'forbidden'
        : 'internal';
  const said = (body as { message?: unknown } | null)?.message;
  throw new RequestError(
    code,
    typeof said === 'string' && said
      ? said
      : `${response.status} ${response.statusText}`,
    null,
    body
  );
}

function get<T>(target: string, settings: Settings): Promise<T> {
  return requestAPI(target, { method: 'GET' }, settings);
}

function send<T>(
  method: 'POST' | 'PUT' | 'PATCH',
  target: string,
  body: unknown,
  settings: Settings
): Promise<T> {
  return requestAPI(target, { method, body: JSON.stringify(body) }, settings);
}

/** How the server is; it says so also when it is not ready (503). */
export function health(settings: Settings): Promise<Health> {
  return get<Health>(path('health'), settings).catch(error => {
    const said = error instanceof RequestError ? error.body : null;
    if (said !== null && typeof (said as Health).ready === 'boolean') {
      return said as Health;
    }
    throw error;
  });
}

/** Whether Jupyter lets this account change files. */
export async function mayWriteFiles(settings: Settings): Promise<boolean> {
  const permissions = JSON.stringify({ contents: ['write'] });
  const me = await get<{ permissions: { contents?: string[] } }>(
    URLExt.join('api', 'me') + query({ permissions }),
    settings
  );
  return me.permissions.contents?.includes('write') ?? false;
}

export function listSessions(settings: Settings): Promise<SessionList> {
  return get(path('sessions'), settings);
}

export function createSession(
  body: CreateSession,
  settings: Settings
): Promise<CreatedSession> {
  return send('POST', path('sessions'), body, settings);
}

export function getSession(
  sessionId: string,
  settings: Settings
): Promise<SessionDetails> {
  return get(path('sessions', sessionId), settings);
}

export function patchSession(
  sessionId: string,
  body: PatchSession,
  settings: Settings
): Promise<unknown> {
  return send('PATCH', path('sessions', sessionId), body, settings);
}

export async function deleteSession(
  sessionId: string,
  settings: Settings
): Promise<void> {
  await requestAPI(path('sessions', sessionId), { method: 'DELETE' }, settings);
}

/** Messages before a seq, oldest first; of one thread if it is given. */
export function messagesPage(
  sessionId: string,
  options: { before?: number; limit?: number; thread?: string },
  settings: Settings
): Promise<MessagePage> {
  const target = path('sessions', sessionId, 'messages');
  return get(target + query(options), settings);
}

/** The log after a seq, oldest first; at most 500 events. */
export function sessionEvents(
  sessionId: string,
  options: { after: number; limit: number },
  settings: Settings
): Promise<DurableEvent[]> {
  const target = path('sessions', sessionId, 'events');
  return get(target + query(options), settings);
}

export function searchMessages(
  sessionId: string,
  q: string,
  options: { before?: number; limit?: number },
  settings: Settings
): Promise<MessagePage> {
  const target = path('sessions', sessionId, 'search');
  return send('POST', target, { q, ...options }, settings);
}

/** The texts that a message had, oldest first. */
export async function messageHistory(
  sessionId: string,
  messageId: string,
  settings: Settings
): Promise<MessageVersion[]> {
  const target = path('sessions', sessionId, 'messages', messageId, 'history');
  const versions = await get<MessageVersion[]>(target, settings);
  return [...versions].sort((a, b) => a.seq - b.seq);
}

export function contextHistory(
  sessionId: string,
  key: string,
  settings: Settings
): Promise<ContextHistory> {
  return get(path('sessions', sessionId, 'context', key), settings);
}

export function listInvites(
  sessionId: string,
  settings: Settings
): Promise<InviteLink[]> {
  return get(path('sessions', sessionId, 'invites'), settings);
}

export function createInvite(
  sessionId: string,
  body: InviteBody,
  settings: Settings
): Promise<InviteLink> {
  return send('POST', path('sessions', sessionId, 'invites'), body, settings);
}

export async function revokeInvite(
  sessionId: string,
  inviteId: string,
  settings: Settings
): Promise<void> {
  await requestAPI(
    path('sessions', sessionId, 'invites', inviteId),
    { method: 'DELETE' },
    settings
  );
}

export function acceptInvite(
  body: AcceptInvite,
  settings: Settings
): Promise<Joined> {
  return send('POST', path('invites', 'accept'), body, settings);
}

export function knownPeople(settings: Settings): Promise<KnownPerson[]> {
  return get(path('people'), settings);
}

export function listAgents(settings: Settings): Promise<AgentSummary[]> {
  return get(path('agents'), settings);
}

/** The conflicts of all documents, newest first: those that wait, or decided. */
export function listConflicts(
  options: { status?: 'open' | 'decided'; before?: string; limit?: number },
  settings: Settings
): Promise<ConflictList> {
  return get(path('conflicts') + query(options), settings);
}

/** A conflict with both sides. */
export function getConflict(
  conflictId: string,
  settings: Settings
): Promise<ConflictDetails> {
  return get(path('conflicts', conflictId), settings);
}

export function decideConflict(
  conflictId: string,
  body: ResolveBody,
  settings: Settings
): Promise<ConflictDetails> {
  return send('POST', path('conflicts', conflictId), body, settings);
}

/** Proposals of all documents, newest first; `status`: some, with commas. */
export function listProposals(
  options: { status: string; before?: string; limit?: number },
  settings: Settings
): Promise<ProposalList> {
  return get(path('proposals') + query(options), settings);
}

/** A proposal with its hunks, and how they fit the document now. */
export function getProposal(
  proposalId: string,
  settings: Settings
): Promise<ProposalDetails> {
  return get(path('proposals', proposalId), settings);
}

export type ExportFormat = 'md' | 'ipynb' | 'jsonl';

/** The transcript's text, for a download. */
export async function exportTranscript(
  sessionId: string,
  format: ExportFormat,
  settings: Settings
): Promise<Blob> {
  const response = await ServerConnection.makeRequest(
    exportUrl(sessionId, format, settings),
    { method: 'GET' },
    settings
  );
  if (!response.ok) {
    throw new RequestError(
      response.status === 403 ? 'forbidden' : 'internal',
      `${response.status} ${response.statusText}`
    );
  }
  return response.blob();
}

export function exportUrl(
  sessionId: string,
  format: ExportFormat,
  settings: Settings
): string {
  const target = path('sessions', sessionId, 'export');
  return URLExt.join(settings.baseUrl, target) + query({ format });
}

/**
 * Where to join a session. A browser's WebSocket cannot send headers: a page
 * with a token says it here, one with a cookie says nothing.
 */
export function joinUrl(
  sessionId: string,
  resume: { after: number; at: number; epoch: string } | null,
  settings: Settings
): string {
  return (
    URLExt.join(settings.wsUrl, path('sessions', sessionId, 'join')) +
    query({
      protocol: PROTOCOL_VERSION,
      after: resume?.after,
      at: resume?.at || undefined,
      epoch: resume?.epoch,
      token: settings.token || undefined
    })
  );
}

/** The link that an invitation's token makes; opening it joins the session. */
export function inviteUrl(token: string, settings: Settings): string {
  const url = new URL(
    URLExt.join(settings.baseUrl, 'lab'),
    window.location.href
  );
  url.searchParams.set(INVITE_PARAMETER, token);
  return url.toString();
}

export const INVITE_PARAMETER = 'collab-invite';
