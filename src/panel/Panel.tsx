import { ReactWidget } from '@jupyterlab/ui-components';
import { Message } from '@lumino/messaging';
import { Signal } from '@lumino/signaling';
import * as React from 'react';
import { KEEPS_FOLLOWING } from '../notebook';
import { Boundary } from './Boundary';
import {
  IPanelServices,
  IVisibility,
  ServicesProvider,
  useServices
} from './context';
import { collabIcon } from './icons';
import { Notice } from './Notice';
import { SessionPicker } from './SessionPicker';
import { SessionView } from './SessionView';
import { useSignal } from './useSignal';

function Content(): JSX.Element {
  const { collab, trans } = useServices();
  useSignal(collab.readinessChanged);
  useSignal(collab.sessionChanged);
  const { readiness, session } = collab;
  const retry = {
    label: trans.__('Retry'),
    run: () => void collab.start()
  };
  switch (readiness.kind) {
    case 'loading':
      return <Notice text={trans.__('Loading sessions…')} />;
    case 'not-ready':
      return (
        <Notice
          tone="error"
          text={trans.__('Collaboration is not ready.')}
          detail={readiness.problem}
          action={retry}
        />
      );
    case 'failed':
      return (
        <Notice
          tone="error"
          text={trans.__('The server does not answer.')}
          detail={readiness.problem}
          action={retry}
        />
      );
    case 'ready':
      return session ? (
        <SessionView key={session.sessionId} session={session} />
      ) : (
        <SessionPicker />
      );
  }
}

/** Nothing is drawn until somebody looks at the panel for the first time. */
function Panel(): JSX.Element | null {
  const { visibility, trans } = useServices();
  useSignal(visibility.visibilityChanged);
  const seen = React.useRef(false);
  seen.current ||= visibility.isVisible;
  return seen.current ? (
    <Boundary
      text={trans.__('This part of the panel failed. Nothing is lost.')}
      again={trans.__('Show it again')}
    >
      <Content />
    </Boundary>
  ) : null;
}

/** The side panel. */
export class CollabPanel extends ReactWidget implements IVisibility {
  constructor(services: Omit<IPanelServices, 'visibility'>) {
    super();
    this.services = { ...services, visibility: this };
    const { trans } = services;
    this.id = 'jupyter-collab-agents:panel';
    this.addClass('jca-Panel');
    this.title.icon = collabIcon;
    this.title.caption = trans.__('Collaboration');
    this.node.setAttribute(KEEPS_FOLLOWING, '');
    this.node.setAttribute('role', 'region');
    this.node.tabIndex = -1;
    this.node.setAttribute('aria-label', trans.__('Collaboration'));
  }

  readonly services: IPanelServices;
  readonly visibilityChanged = new Signal<this, boolean>(this);

  protected render(): JSX.Element {
    return (
      <ServicesProvider value={this.services}>
        <Panel />
      </ServicesProvider>
    );
  }

  /** Who opens the panel wants to write. */
  protected onActivateRequest(msg: Message): void {
    super.onActivateRequest(msg);
    const fields = this.node.querySelectorAll<HTMLElement>(
      '.jca-Composer [contenteditable="true"]'
    );
    const field = fields[fields.length - 1] ?? this.node;
    if (!field.contains(document.activeElement)) {
      field.focus();
    }
  }

  protected onAfterAttach(msg: Message): void {
    super.onAfterAttach(msg);
    this.visibilityChanged.emit(this.isVisible);
  }

  protected onAfterShow(msg: Message): void {
    super.onAfterShow(msg);
    this.visibilityChanged.emit(true);
  }

  protected onAfterHide(msg: Message): void {
    super.onAfterHide(msg);
    this.visibilityChanged.emit(false);
  }
}
