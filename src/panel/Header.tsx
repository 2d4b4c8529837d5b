import {
  caretDownIcon,
  ellipsesIcon,
  searchIcon
} from '@jupyterlab/ui-components';
import * as React from 'react';
import { useServices, useSession } from './context';
import { IconButton } from './IconButton';
import { openMenu } from './menu';
import { hasNews, sessionMenu, switcherMenu } from './sessionMenu';
import { useSignal } from './useSignal';

/** Which session this is, search, and everything else one can do. */
export function Header(): JSX.Element {
  const services = useServices();
  const session = useSession();
  const { collab, trans } = services;
  useSignal(session.sessionChanged);
  useSignal(collab.listChanged);
  const name =
    session.state?.name ??
    collab.sessions.find(s => s.session_id === session.sessionId)?.name ??
    '';
  const elsewhere = collab.sessions
    .filter(summary => summary.session_id !== session.sessionId)
    .filter(hasNews).length;
  const news = trans._n(
    'news in %1 other session',
    'news in %1 other sessions',
    elsewhere
  );
  return (
    <div className="jca-Header">
      <button
        type="button"
        className="jca-Header-switcher"
        aria-haspopup="menu"
        title={trans.__('Change the session')}
        onClick={event => {
          const target = event.currentTarget;
          collab.refreshQuietly();
          openMenu(target, switcherMenu(services), trans.__('Sessions'));
        }}
      >
        <span className="jca-Header-name">{name}</span>
        {session.state?.private && (
          <span className="jca-Badge">{trans.__('private')}</span>
        )}
        {session.state?.status === 'archived' && (
          <span className="jca-Badge">{trans.__('archived')}</span>
        )}
        {elsewhere > 0 && (
          <span
            className="jca-Tabs-dot jca-Header-news"
            role="img"
            aria-label={news}
            title={news}
          />
        )}
        <caretDownIcon.react tag="span" aria-hidden="true" />
      </button>
      <IconButton
        icon={searchIcon}
        label={trans.__('Search messages')}
        pressed={session.navigation.view.kind === 'search'}
        onClick={() => session.navigation.go({ kind: 'search', query: '' })}
      />
      <IconButton
        icon={ellipsesIcon}
        label={trans.__('Session menu')}
        hasMenu
        onClick={event =>
          openMenu(
            event.currentTarget,
            sessionMenu(services, session),
            trans.__('Session menu')
          )
        }
      />
    </div>
  );
}
