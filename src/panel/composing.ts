/** What the composers of the panel have in common. */

import { ICompletionSources } from '../composer';
import { handle } from '../model/people';
import { SessionModel } from '../model/session';
import { IPanelServices } from './context';

/** Names, commands and places that can be completed in a session. */
export function completionSources(
  services: IPanelServices,
  session: SessionModel
): ICompletionSources {
  const members = (): string[] =>
    Object.values(session.participants)
      .filter(participant => participant.membership === 'member')
      .map(participant => participant.profile.participant_id);
  return {
    people: () =>
      members()
        .filter(id => id !== session.me)
        .map(id => ({
          id,
          name: session.nameOf(id),
          insert: `@${handle(id)}`,
          kind: id.startsWith('agent:') ? 'agent' : 'user'
        })),
    commands: () => {
      const here = new Set(members());
      return session.agents
        .filter(agent => here.has(agent.agent_id))
        .flatMap(agent =>
          agent.commands.map(command => {
            const word = command.replace(/^\//, '');
            return {
              name: `/${word}`,
              description: agent.name,
              insert: `@${handle(agent.agent_id)} ${word}`
            };
          })
        );
    },
    places: query => services.workspace.places(query)
  };
}

/** Why nothing can be posted now, null when it can. */
export function whyNot(
  services: IPanelServices,
  session: SessionModel
): string | null {
  const { trans } = services;
  const { state, connection } = session;
  if (connection.kind === 'ended') {
    return trans.__('The session is closed.');
  }
  if (state === null || session.can('post')) {
    return null; // not known yet counts as allowed: it waits for the answer
  }
  const mine = state.participants[session.me];
  if (state.status === 'archived') {
    return trans.__('This session is archived.');
  }
  if (mine?.muted) {
    return trans.__('You are muted here. Ask an owner.');
  }
  if (state.muted) {
    return trans.__('This session is muted: only owners post.');
  }
  return trans.__(
    'You may read here, but not post. Ask an owner for another role.'
  );
}

/** Bytes that a text has too many, 0 when it fits. */
export function excess(text: string, session: SessionModel): number {
  const limit = session.limits?.max_message;
  return limit === undefined
    ? 0
    : Math.max(0, new TextEncoder().encode(text).length - limit);
}
