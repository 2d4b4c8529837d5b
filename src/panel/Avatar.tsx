import * as React from 'react';
import { handle } from '../model/people';
import { Activity, Participant } from '../protocol.gen';

interface IAvatarProps {
  participantId: string;
  /** Null for somebody who is not known any more. */
  participant: Participant | null;
  activity?: Activity;
  small?: boolean;
}

/** Dark or light letters, whichever can be read on the colour. */
function inkOn(color: string): string {
  const hex = /^#([0-9a-f]{6})$/i.exec(color)?.[1];
  if (!hex) {
    return 'var(--jp-ui-inverse-font-color0)';
  }
  const [r, g, b] = [0, 2, 4].map(i => parseInt(hex.slice(i, i + 2), 16));
  return r * 0.299 + g * 0.587 + b * 0.114 > 150 ? '#111' : '#fff';
}

/** Somebody's sign: people are round, agents square. Only to look at. */
export function Avatar(props: IAvatarProps): JSX.Element {
  const { participant, participantId, activity, small } = props;
  const profile = participant?.profile;
  const isAgent = participantId.startsWith('agent:');
  const color = profile?.color ?? 'var(--jp-layout-color3)';
  const classes = ['jca-Avatar'];
  if (isAgent) {
    classes.push('jca-mod-agent');
  }
  if (small) {
    classes.push('jca-mod-small');
  }
  return (
    <span
      className={classes.join(' ')}
      style={{ backgroundColor: color, color: inkOn(color) }}
      aria-hidden="true"
    >
      {profile?.avatar_url ? (
        <img src={profile.avatar_url} alt="" className="jca-Avatar-image" />
      ) : (
        (profile?.initials ?? handle(participantId).slice(0, 2).toUpperCase())
      )}
      {activity && <span className={`jca-Avatar-dot jca-mod-${activity}`} />}
    </span>
  );
}
