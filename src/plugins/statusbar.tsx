import {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';
import { CollabModel } from '../model/collab';
import { members } from '../model/people';
import { SessionModel } from '../model/session';
import { collabIcon } from '../panel/icons';
import { useSignal } from '../panel/useSignal';
import { connectionName } from '../panel/words';
import { PACKAGE } from '../tokens';
import { IModel, IPanelPlace } from './services';

interface IItemProps {
  collab: CollabModel;
  panel: IPanelPlace;
}

function Summary(props: IItemProps & { session: SessionModel }): JSX.Element {
  const { session, panel } = props;
  const { trans } = panel.services;
  useSignal(session.presenceChanged);
  useSignal(session.participantsChanged);
  useSignal(session.unreadChanged);
  useSignal(session.connectionChanged);
  useSignal(session.sessionChanged);
  const here = members(session.participants, session.presence).filter(
    ({ profile }) =>
      profile.kind === 'user' &&
      (session.presence.get(profile.participant_id)?.activity ?? 'offline') !==
        'offline'
  ).length;
  const parts = [trans._n('%1 person', '%1 people', here)];
  if (session.unread > 0) {
    parts.push(trans.__('%1 unread', session.unread));
  }
  if (!session.live) {
    parts.push(connectionName(session.connection, trans));
  }
  return (
    <button
      type="button"
      className="jca-StatusItem"
      title={trans.__('Collaboration: %1', session.state?.name ?? '')}
      onClick={() => panel.show()}
    >
      <collabIcon.react tag="span" elementSize="small" aria-hidden="true" />
      {parts.join(' · ')}
    </button>
  );
}

function Item(props: IItemProps): JSX.Element | null {
  useSignal(props.collab.sessionChanged);
  const { session } = props.collab;
  return session && <Summary {...props} session={session} />;
}

export const statusBar: JupyterFrontEndPlugin<void> = {
  id: `${PACKAGE}:status-bar`,
  description: 'People, unread messages and the connection in the status bar.',
  autoStart: true,
  requires: [IModel, IPanelPlace],
  optional: [IStatusBar],
  activate: (
    app: JupyterFrontEnd,
    collab: IModel,
    panel: IPanelPlace,
    bar: IStatusBar | null
  ): void => {
    const item = ReactWidget.create(<Item collab={collab} panel={panel} />);
    item.addClass('jca-StatusItem-host');
    bar?.registerStatusItem(statusBar.id, {
      item,
      align: 'right',
      rank: 100,
      isActive: () => true
    });
  }
};
