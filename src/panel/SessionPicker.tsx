import { Button } from '@jupyterlab/ui-components';
import * as React from 'react';
import { useServices } from './context';
import { Invitations } from './Invitations';
import { askNewSession } from './NewSessionDialog';
import { Notice } from './Notice';
import { hasNews } from './sessionMenu';
import { relativeTime } from './time';
import { useSignal } from './useSignal';

/** No session is open: choose one, answer an invitation, or begin one. */
export function SessionPicker(): JSX.Element {
  const services = useServices();
  const { collab, trans } = services;
  useSignal(collab.listChanged);
  const sessions = [...collab.sessions].sort((a, b) => b.last_at - a.last_at);
  return (
    <div className="jca-View jca-Picker">
      <h2 className="jca-Picker-title">{trans.__('Sessions')}</h2>
      <Invitations />
      {sessions.length === 0 ? (
        <Notice
          text={trans.__('You are not in a session.')}
          detail={trans.__('Begin one, or ask somebody to invite you.')}
        />
      ) : (
        <ul className="jca-Picker-list" aria-label={trans.__('Sessions')}>
          {sessions.map(summary => (
            <li key={summary.session_id}>
              <button
                type="button"
                className="jca-Picker-session"
                onClick={() => collab.open(summary.session_id)}
              >
                <span className="jca-Picker-name">{summary.name}</span>
                {hasNews(summary) && (
                  <span className="jca-Badge jca-mod-accent">
                    {trans.__('new')}
                  </span>
                )}
                {summary.private && (
                  <span className="jca-Badge">{trans.__('private')}</span>
                )}
                {summary.status === 'archived' && (
                  <span className="jca-Badge">{trans.__('archived')}</span>
                )}
                <span className="jca-Picker-more">
                  {trans.__(
                    '%1 of %2 here · %3',
                    summary.online,
                    summary.participants,
                    relativeTime(summary.last_at, Date.now(), trans)
                  )}
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
      <Button
        small
        className="jca-mod-accept"
        onClick={() => void askNewSession(services)}
      >
        {trans.__('New session…')}
      </Button>
    </div>
  );
}
