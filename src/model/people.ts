/** Questions about participants; pure. */

import { Participant, PresenceState, Role } from '../protocol.gen';

export type Participants = Readonly<Record<string, Participant>>;

export const ROLES: readonly Role[] = [
  'owner',
  'editor',
  'commenter',
  'viewer'
];

const NEARNESS = { active: 0, idle: 1, away: 2, offline: 3 } as const;

export function isAgent(participant: Participant): boolean {
  return participant.profile.kind === 'agent';
}

/** Owners are people who are signed in, whatever their role says. */
export function isOwner(participant: Participant | undefined): boolean {
  return participant?.role === 'owner' && !participant.profile.anonymous;
}

/** The name to write after "@": a username or an agent's name. */
export function handle(participantId: string): string {
  return participantId.slice(participantId.indexOf(':') + 1);
}

/** A name for anyone, also for those who left long ago. */
export function nameOf(participants: Participants, id: string): string {
  return participants[id]?.profile.name ?? handle(id);
}

/** Members: whoever is here first, people before agents, then by name. */
export function members(
  participants: Participants,
  presence: ReadonlyMap<string, PresenceState>
): Participant[] {
  const distance = (participant: Participant): number =>
    NEARNESS[
      presence.get(participant.profile.participant_id)?.activity ?? 'offline'
    ] + (isAgent(participant) ? 10 : 0);
  return Object.values(participants)
    .filter(participant => participant.membership === 'member')
    .sort(
      (a, b) =>
        distance(a) - distance(b) ||
        a.profile.name.localeCompare(b.profile.name)
    );
}
