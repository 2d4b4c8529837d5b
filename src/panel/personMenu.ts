import { SessionModel } from '../model/session';
import { ROLES } from '../model/people';
import { Participant } from '../protocol.gen';
import { IPanelServices } from './context';
import { askRemove } from './dialogs';
import { MenuEntry } from './menu';
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
      disabled: !session.can('mute'),
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
  return entries;
}
