import * as React from 'react';
import { members } from '../model/people';
import { Participant } from '../protocol.gen';
import { Avatar } from './Avatar';
import { useServices, useSession } from './context';
import { MenuEntry, openMenu } from './menu';
import { personMenu } from './personMenu';
import { useSignal } from './useSignal';
import { activityName, connectionName, placeName, roleName } from './words';

/** More do not fit into 240 px. */
const SHOWN = 6;

/** Who is here, and whether we are connected. */
export function PeopleRow(): JSX.Element {
  const services = useServices();
  const session = useSession();
  const { trans } = services;
  useSignal(session.participantsChanged);
  useSignal(session.presenceChanged);
  useSignal(session.followingChanged);
  useSignal(session.connectionChanged);

  const everyone = members(session.participants, session.presence);
  // one more avatar takes no more room than "+1"
  const shown = everyone.slice(
    0,
    everyone.length > SHOWN + 1 ? SHOWN : SHOWN + 1
  );
  const rest = everyone.slice(shown.length);

  const describe = (participant: Participant): string => {
    const { profile, role } = participant;
    const presence = session.presence.get(profile.participant_id);
    return [
      profile.participant_id === session.me
        ? trans.__('%1 (you)', profile.name)
        : profile.kind === 'agent'
          ? trans.__('%1 (agent)', profile.name)
          : profile.anonymous
            ? trans.__('%1 (not signed in)', profile.name)
            : profile.name,
      roleName(role, trans),
      presence?.doing ?? activityName(presence?.activity ?? 'offline', trans),
      placeName(presence?.location ?? null, trans),
      participant.muted ? trans.__('muted') : null,
      session.following === profile.participant_id
        ? trans.__('you follow them')
        : null
    ]
      .filter(Boolean)
      .join(' · ');
  };

  const menuOf = (participant: Participant): MenuEntry[] =>
    personMenu(services, session, participant);

  return (
    <div className="jca-People">
      <ul className="jca-People-list" aria-label={trans.__('Participants')}>
        {shown.map(participant => {
          const { participant_id, name } = participant.profile;
          const label = describe(participant);
          return (
            <li key={participant_id}>
              <button
                type="button"
                className={
                  session.following === participant_id
                    ? 'jca-People-person jca-mod-followed'
                    : 'jca-People-person'
                }
                title={label}
                aria-label={label}
                aria-haspopup="menu"
                onClick={event =>
                  openMenu(event.currentTarget, menuOf(participant), name)
                }
              >
                <Avatar
                  participantId={participant_id}
                  participant={participant}
                  activity={
                    session.presence.get(participant_id)?.activity ?? 'offline'
                  }
                />
              </button>
            </li>
          );
        })}
        {rest.length > 0 && (
          <li>
            <button
              type="button"
              className="jca-People-more"
              aria-haspopup="menu"
              aria-label={trans.__('%1 more participants', rest.length)}
              onClick={event =>
                openMenu(
                  event.currentTarget,
                  rest.map(participant => ({
                    label: describe(participant),
                    items: menuOf(participant)
                  })),
                  trans.__('Participants')
                )
              }
            >
              +{rest.length}
            </button>
          </li>
        )}
      </ul>
      <span
        className={`jca-Connection jca-mod-${session.connection.kind}`}
        role="status"
      >
        <span className="jca-Connection-dot" aria-hidden="true" />
        {connectionName(session.connection, trans)}
      </span>
    </div>
  );
}
