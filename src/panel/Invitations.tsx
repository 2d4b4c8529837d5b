import { Button } from '@jupyterlab/ui-components';
import * as React from 'react';
import { PendingInvite } from '../protocol.gen';
import { useServices } from './context';
import { attempt } from './dialogs';
import { useSignal } from './useSignal';
import { roleName } from './words';

/** Invitations that wait for my answer. */
export function Invitations(): JSX.Element | null {
  const { collab, trans } = useServices();
  useSignal(collab.listChanged);
  const [busy, setBusy] = React.useState(false);
  if (collab.invitations.length === 0) {
    return null;
  }
  const answer = async (
    pending: PendingInvite,
    accept: boolean
  ): Promise<void> => {
    setBusy(true);
    const { session_id, invite } = pending;
    await attempt(trans.__('Invitation'), () =>
      collab.answer({ session_id, invite_id: invite.invite_id }, accept)
    );
    setBusy(false);
  };
  return (
    <ul className="jca-Invitations" aria-label={trans.__('Invitations')}>
      {collab.invitations.map(pending => (
        <li key={pending.invite.invite_id}>
          <span>
            {trans.__(
              '%1 invites you to “%2” as %3',
              pending.by_name,
              pending.session_name,
              roleName(pending.invite.role, trans)
            )}
          </span>
          <div className="jca-Invitations-answers">
            <Button
              small
              className="jca-mod-accept"
              disabled={busy}
              onClick={() => void answer(pending, true)}
            >
              {trans.__('Accept')}
            </Button>
            <Button
              small
              minimal
              disabled={busy}
              onClick={() => void answer(pending, false)}
            >
              {trans.__('Decline')}
            </Button>
          </div>
        </li>
      ))}
    </ul>
  );
}
