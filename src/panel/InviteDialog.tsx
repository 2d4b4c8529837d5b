import { Dialog } from '@jupyterlab/apputils';
import { Button, closeIcon, copyIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import { ROLES } from '../model/people';
import { SessionModel } from '../model/session';
import { InviteLink, KnownPerson, Role } from '../protocol.gen';
import {
  createInvite,
  inviteUrl,
  knownPeople,
  listInvites,
  reason,
  revokeInvite
} from '../request';
import { IPanelServices } from './context';
import { dialogBody } from './dialogBody';
import { IconButton } from './IconButton';
import { dateTime } from './time';
import { roleName } from './words';

const HOUR = 3600;
const EXPIRIES = [HOUR, 24 * HOUR, 7 * 24 * HOUR, null];

interface IInviteFormProps {
  services: IPanelServices;
  session: SessionModel;
}

/** Invite somebody who is known here, or make a link; see and revoke them. */
export function InviteForm(props: IInviteFormProps): JSX.Element {
  const { services, session } = props;
  const { trans, collab } = services;
  const { settings } = collab;
  const [people, setPeople] = React.useState<KnownPerson[]>([]);
  const [invites, setInvites] = React.useState<InviteLink[]>([]);
  const [role, setRole] = React.useState<Role>('editor');
  const [expiry, setExpiry] = React.useState<number | null>(7 * 24 * HOUR);
  const [link, setLink] = React.useState<string | null>(null);
  const [said, setSaid] = React.useState<string | null>(null);
  const [problem, setProblem] = React.useState<string | null>(null);

  const attempt = (action: () => Promise<void>): void => {
    setProblem(null);
    action().catch(error => setProblem(reason(error)));
  };
  const reload = async (): Promise<void> => {
    setInvites(await listInvites(session.sessionId, settings));
  };
  React.useEffect(() => {
    attempt(async () => {
      setPeople(await knownPeople(settings));
      await reload();
    });
  }, []);

  const strangers = people.filter(
    person =>
      session.participants[person.participant_id]?.membership !== 'member'
  );
  const invite = (person: KnownPerson): void =>
    attempt(async () => {
      await createInvite(
        session.sessionId,
        {
          role,
          participant_id: person.participant_id,
          expires_in: expiry
        },
        settings
      );
      setSaid(trans.__('%1 was invited.', person.name));
      await reload();
    });
  const makeLink = (): void =>
    attempt(async () => {
      const { token } = await createInvite(
        session.sessionId,
        { role, expires_in: expiry },
        settings
      );
      setLink(token === null ? null : inviteUrl(token, settings));
      setSaid(null);
      await reload();
    });
  const copy = (url: string): void =>
    attempt(async () => {
      await navigator.clipboard.writeText(url);
      setSaid(trans.__('Copied.'));
    });
  const expiryName = (seconds: number | null): string =>
    seconds === null
      ? trans.__('never')
      : seconds === HOUR
        ? trans.__('1 hour')
        : trans._n('%1 day', '%1 days', seconds / HOUR / 24);
  return (
    <div className="jca-Invite">
      <div className="jca-Invite-choices">
        <label>
          {trans.__('Role')}
          <select
            className="jp-mod-styled"
            value={role}
            onChange={event => setRole(event.target.value as Role)}
          >
            {ROLES.filter(one => one !== 'owner').map(one => (
              <option key={one} value={one}>
                {roleName(one, trans)}
              </option>
            ))}
          </select>
        </label>
        <label>
          {trans.__('Expires')}
          <select
            className="jp-mod-styled"
            value={String(expiry)}
            onChange={event =>
              setExpiry(
                event.target.value === 'null'
                  ? null
                  : Number(event.target.value)
              )
            }
          >
            {EXPIRIES.map(seconds => (
              <option key={String(seconds)} value={String(seconds)}>
                {expiryName(seconds)}
              </option>
            ))}
          </select>
        </label>
      </div>
      <fieldset className="jca-Invite-people">
        <legend>{trans.__('Somebody who was here before')}</legend>
        {strangers.length === 0 && (
          <p className="jca-Invite-none">
            {trans.__('Nobody else is known on this server. Make a link.')}
          </p>
        )}
        <ul>
          {strangers.map(person => (
            <li key={person.participant_id}>
              <span>{person.name}</span>
              <Button small type="button" onClick={() => invite(person)}>
                {trans.__('Invite')}
              </Button>
            </li>
          ))}
        </ul>
      </fieldset>
      <fieldset className="jca-Invite-link">
        <legend>{trans.__('Anybody with a link')}</legend>
        {link === null ? (
          <Button small type="button" onClick={makeLink}>
            {trans.__('Make a link')}
          </Button>
        ) : (
          <div className="jca-Invite-copy">
            <input
              className="jp-mod-styled"
              readOnly
              // the button that had the focus is gone
              autoFocus
              aria-label={trans.__('Invitation link')}
              value={link}
              onFocus={event => event.target.select()}
            />
            <IconButton
              icon={copyIcon}
              label={trans.__('Copy the link')}
              onClick={() => copy(link)}
            />
          </div>
        )}
        <p className="jca-Invite-none">
          {trans.__('They need an account on this server.')}
        </p>
      </fieldset>
      {invites.length > 0 && (
        <fieldset>
          <legend>{trans.__('Open invitations')}</legend>
          <ul>
            {invites.map(({ invite: one, token }) => {
              const whom = one.participant_id
                ? session.nameOf(one.participant_id)
                : trans.__('link');
              return (
                <li key={one.invite_id}>
                  <span>
                    {trans.__('%1 as %2', whom, roleName(one.role, trans))}
                    {one.expires_at !== null &&
                      ` · ${trans.__('until %1', dateTime(one.expires_at))}`}
                  </span>
                  {token !== null && (
                    <IconButton
                      icon={copyIcon}
                      label={trans.__('Copy the link')}
                      onClick={() => copy(inviteUrl(token, settings))}
                    />
                  )}
                  <IconButton
                    icon={closeIcon}
                    label={trans.__('Revoke the invitation of %1', whom)}
                    onClick={() =>
                      attempt(async () => {
                        await revokeInvite(
                          session.sessionId,
                          one.invite_id,
                          settings
                        );
                        await reload();
                      })
                    }
                  />
                </li>
              );
            })}
          </ul>
        </fieldset>
      )}
      <p className="jca-Invite-said" role="status">
        {said}
      </p>
      {problem && (
        <p className="jca-Invite-problem" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}

export async function showInvites(
  services: IPanelServices,
  session: SessionModel
): Promise<void> {
  const { trans } = services;
  const body = await dialogBody(
    <InviteForm services={services} session={session} />
  );
  const dialog = new Dialog({
    title: trans.__('Invite to “%1”', session.state?.name ?? ''),
    body,
    buttons: [Dialog.okButton({ label: trans.__('Done') })]
  });
  await dialog.launch();
}
