/** Session state plus events; means the same as the server's `domain.state`. */

import {
  DurableEvent,
  MessagePosted,
  Participant,
  ParticipantJoined,
  Run,
  SessionCreated,
  SessionState,
  Thread
} from '../protocol.gen';

/** Finished runs that stay in the state. */
const FINISHED_RUNS = 100;

function created(event: SessionCreated): SessionState {
  return {
    session_id: event.session_id,
    name: event.name,
    status: 'active',
    private: event.private,
    default: event.default,
    history: event.history,
    muted: false,
    created_at: event.at,
    created_by: event.actor,
    active_file: null,
    files: event.files,
    participants: {},
    invites: {},
    context: {},
    threads: {},
    runs: {},
    last_seq: 0,
    message_count: 0,
    context_floor: 0,
    last_at: 0
  };
}

function without<T>(map: Record<string, T>, key: string): Record<string, T> {
  if (!(key in map)) {
    return map;
  }
  const { [key]: _, ...rest } = map;
  return rest;
}

function joined(
  state: SessionState,
  event: ParticipantJoined
): Partial<SessionState> {
  const id = event.profile.participant_id;
  const before = state.participants[id];
  const back = before !== undefined && before.membership === 'member';
  const participant: Participant = {
    profile: event.profile,
    role: event.role,
    membership: 'member',
    joined_at: back ? before.joined_at : event.at,
    joined_seq: back ? before.joined_seq : event.seq,
    muted: before?.muted ?? false
  };
  return { participants: { ...state.participants, [id]: participant } };
}

function changed(
  state: SessionState,
  id: string,
  change: Partial<Participant>
): Partial<SessionState> {
  const participant = state.participants[id];
  return participant
    ? {
        participants: {
          ...state.participants,
          [id]: { ...participant, ...change }
        }
      }
    : {};
}

function posted(
  state: SessionState,
  event: MessagePosted
): Partial<SessionState> {
  const message_count = state.message_count + 1;
  const root = event.thread_id ?? (event.anchor ? event.message_id : null);
  if (root === null) {
    return { message_count };
  }
  const before: Thread | undefined = state.threads[root];
  const participants = before?.participants ?? [];
  const thread: Thread = {
    thread_id: root,
    anchor: before?.anchor ?? event.anchor,
    replies: (before?.replies ?? 0) + (event.thread_id === null ? 0 : 1),
    last_seq: event.seq,
    last_at: event.at,
    participants: participants.includes(event.actor)
      ? participants
      : [...participants, event.actor]
  };
  return { message_count, threads: { ...state.threads, [root]: thread } };
}

function isOpen(run: Run): boolean {
  return run.status === 'queued' || run.status === 'running';
}

function withRun(state: SessionState, run: Run): Partial<SessionState> {
  const runs = { ...state.runs, [run.run_id]: run };
  // the oldest endings go; the run that changed just now stays
  const ended = Object.values(runs)
    .filter(other => !isOpen(other) && other.run_id !== run.run_id)
    .sort(
      (a, b) =>
        (a.ended_at ?? 0) - (b.ended_at ?? 0) || (a.run_id < b.run_id ? -1 : 1)
    );
  const room = isOpen(run) ? FINISHED_RUNS : FINISHED_RUNS - 1;
  ended
    .slice(0, Math.max(0, ended.length - room))
    .forEach(old => delete runs[old.run_id]);
  return { runs };
}

function changes(
  state: SessionState,
  event: DurableEvent
): Partial<SessionState> {
  switch (event.type) {
    case 'session.created':
      return {};
    case 'session.renamed':
      return { name: event.name };
    case 'session.archived':
      return { status: 'archived' };
    case 'session.reopened':
      return { status: 'active' };
    case 'session.muted':
      return { muted: event.muted };
    case 'session.history_changed':
      return { history: event.history };
    case 'session.files_changed':
      return { files: event.files };
    case 'session.active_file_changed':
      return { active_file: event.path };
    case 'participant.joined':
      return joined(state, event);
    case 'participant.left':
      return changed(state, event.participant_id, { membership: 'left' });
    case 'participant.removed':
      return changed(state, event.participant_id, {
        membership: event.banned ? 'banned' : 'removed'
      });
    case 'participant.unbanned':
      return changed(state, event.participant_id, { membership: 'left' });
    case 'participant.role_changed':
      return changed(state, event.participant_id, { role: event.role });
    case 'participant.muted':
      return changed(state, event.participant_id, { muted: event.muted });
    case 'chat.posted':
      return posted(state, event);
    case 'chat.edited':
    case 'chat.deleted':
    case 'chat.reacted':
      return {};
    case 'context.changed':
      return {
        context: {
          ...state.context,
          [event.key]: {
            value: event.value,
            version: event.version,
            at: event.at,
            by: event.actor
          }
        }
      };
    case 'context.deleted':
      return {
        context: without(state.context, event.key),
        context_floor: Math.max(state.context_floor ?? 0, event.version)
      };
    case 'invite.created':
      return {
        invites: {
          ...state.invites,
          [event.invite_id]: {
            invite_id: event.invite_id,
            participant_id: event.participant_id,
            role: event.role,
            by: event.actor,
            at: event.at,
            expires_at: event.expires_at,
            uses_left: event.uses_left
          }
        }
      };
    case 'invite.accepted': {
      const invite = state.invites[event.invite_id];
      if (!invite) {
        return {};
      }
      const left = invite.uses_left === null ? null : invite.uses_left - 1;
      const worthless =
        invite.participant_id !== null || (left !== null && left < 1);
      return {
        invites: worthless
          ? without(state.invites, event.invite_id)
          : {
              ...state.invites,
              [event.invite_id]: { ...invite, uses_left: left }
            }
      };
    }
    case 'invite.revoked':
      return { invites: without(state.invites, event.invite_id) };
    case 'run.queued':
      return withRun(state, {
        run_id: event.run_id,
        agent_id: event.agent_id,
        asked_by: event.asked_by,
        trigger: event.trigger,
        status: 'queued',
        at: event.at,
        ended_at: null,
        error: null,
        steps: 0
      });
    case 'run.started': {
      const run = state.runs[event.run_id];
      return run ? withRun(state, { ...run, status: 'running' }) : {};
    }
    case 'run.finished': {
      const run = state.runs[event.run_id];
      return run
        ? withRun(state, {
            ...run,
            status: event.status,
            ended_at: event.at,
            error: event.error,
            steps: event.steps
          })
        : {};
    }
    case 'lock.acquired':
    case 'lock.released':
    case 'edit.applied':
    case 'edit.reverted':
    case 'conflict.detected':
    case 'conflict.resolved':
    case 'edit.proposed':
    case 'edit.accepted':
    case 'edit.rejected':
    case 'edit.withdrawn':
      return {}; // a notice: what it says is the document's
  }
}

/** The state after an event. `state` is null only before `session.created`. */
export function applyEvent(
  state: SessionState | null,
  event: DurableEvent
): SessionState {
  if (state === null) {
    if (event.type !== 'session.created') {
      throw new Error(`a log begins with session.created, not ${event.type}`);
    }
    state = created(event);
  }
  return {
    ...state,
    ...changes(state, event),
    last_seq: event.seq,
    last_at: event.at
  };
}
