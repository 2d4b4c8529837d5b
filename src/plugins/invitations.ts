import { Notification } from '@jupyterlab/apputils';
import { CollabModel, IInvitationIds } from '../model/collab';
import { reason } from '../request';
import { IChoices, IPanelPlace } from './services';

interface IInvitation extends IInvitationIds {
  readonly session_name: string;
  readonly by_name: string;
}

/**
 * Tell of each invitation once, whoever tells us first: the session that is
 * open, or the list, which is all there is while none is open.
 */
export function tellInvitations(
  collab: CollabModel,
  panel: Pick<IPanelPlace, 'services' | 'show'>,
  choices: Pick<IChoices, 'notify'>
): void {
  const { trans } = panel.services;
  const told = new Set<string>();

  const answer = (invitation: IInvitation, accept: boolean): void => {
    if (accept) {
      panel.show();
    }
    collab
      .answer(invitation, accept)
      .catch(error => Notification.error(reason(error)));
  };
  const tell = (invitation: IInvitation): void => {
    if (told.has(invitation.invite_id) || !choices.notify) {
      return;
    }
    told.add(invitation.invite_id);
    Notification.info(
      trans.__(
        '%1 invites you to “%2”',
        invitation.by_name,
        invitation.session_name
      ),
      {
        autoClose: 10_000,
        actions: [
          {
            label: trans.__('Accept'),
            displayType: 'accent',
            callback: () => answer(invitation, true)
          },
          {
            label: trans.__('Decline'),
            callback: () => answer(invitation, false)
          }
        ]
      }
    );
  };
  const tellWaiting = (): void =>
    collab.invitations.forEach(({ invite, ...rest }) =>
      tell({ ...rest, invite_id: invite.invite_id })
    );

  collab.invited.connect((_, invitation) => tell(invitation));
  collab.listChanged.connect(tellWaiting);
  tellWaiting();
}
