import { SessionModel } from '../model/session';
import { ROLES } from '../model/people';
import { Participant } from '../protocol.gen';
import { IPanelServices } from './context';
import { askRemove } from './dialogs';
import { MenuEntry } from './menu';
import { relativeTime } from './time';
import { placeName, roleName } from './words';

/** What I can do about somebody. */
export function personMenu(
  services: IPanelServices,
  session: SessionModel,
  participant: Participant
): MenuEntry[] {
  const { trans, workspace } = services;
  const { profile, role, muted } = participant;
  const id = profile.participant_id;
  const location = session.presence.get(id)?.location ?? null;
  const place = placeName(location, trans);
  const isMe = id === session.me;
  const isAgent = profile.kind === 'agent';
  // editors mute agents; people are for owners
  const mayMute = session.can('mute') && (isAgent || session.isMine);
  const entries: MenuEntry[] = [];
  if (!isMe) {
    entries.push({
      label: place ? trans.__('Go to %1', place) : trans.__('Go there'),
      disabled: location === null,
      run: () => {
        if (location) {
          void workspace.reveal(location);
        }
      }
    });
    entries.push({
      label: trans.__('Follow'),
      caption: trans.__('Your view goes where %1 goes', profile.name),
      checked: session.following === id,
      disabled: location === null && session.following !== id,
      run: () => session.follow(session.following === id ? null : id)
    });
    entries.push(null);
  }
  if (!isAgent) {
    entries.push({
      label: trans.__('Role: %1', roleName(role, trans)),
      disabled: !session.can('set_role'),
      items: session.can('set_role')
        ? ROLES.map(other => ({
            label: roleName(other, trans),
            checked: other === role,
            disabled: profile.anonymous && other === 'owner',
            run: () =>
              session.ask({
                type: 'participant.set_role',
                participant_id: id,
                role: other
              })
          }))
        : undefined
    });
  }
  if (!isMe) {
    entries.push({
      label: isAgent
        ? trans.__('Muted: does not answer')
        : trans.__('Muted: cannot post'),
      checked: muted,
      caption: mayMute
        ? undefined
        : isAgent
          ? trans.__('Editors and owners mute agents')
          : trans.__('Only owners mute people'),
      disabled: !mayMute,
      run: () =>
        session.ask({
          type: 'participant.mute',
          participant_id: id,
          muted: !muted
        })
    });
    entries.push({
      label: trans.__('Remove…'),
      disabled: !session.can('remove'),
      run: () => void askRemove(session, id, false, trans)
    });
    if (!isAgent) {
      entries.push({
        label: trans.__('Ban…'),
        disabled: !session.can('remove'),
        run: () => void askRemove(session, id, true, trans)
      });
    }
  }
  return [...entries, ...details(services, session, participant)];
}

/** What is known about somebody; nothing to choose. */
function details(
  { trans }: IPanelServices,
  session: SessionModel,
  { profile }: Participant
): MenuEntry[] {
  const id = profile.participant_id;
  const agent = session.agents.find(one => one.agent_id === id);
  const capabilities = agent?.capabilities ?? profile.capabilities ?? [];
  const seen = session.presence.get(id)?.last_active ?? 0;
  const lines: string[] = [];
  if (seen > 0) {
    const time = relativeTime(seen, Date.now(), trans);
    lines.push(trans.__('Last active: %1', time));
  }
  if (capabilities.length) {
    lines.push(trans.__('Can: %1', capabilities.join(', ')));
  }
  return lines.length
    ? [null, ...lines.map(label => ({ label, disabled: true }))]
    : [];
}
