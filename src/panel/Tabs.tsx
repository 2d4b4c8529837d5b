import * as React from 'react';
import { waitingIn } from '../review/waiting';
import { lockList } from '../documents/locks';
import { View } from '../model/navigation';
import { useServices, useSession } from './context';
import { useSignal } from './useSignal';

/** Chat, threads, context, results; only those that have something to show. */
export function Tabs(): JSX.Element | null {
  const { trans } = useServices();
  const session = useSession();
  useSignal(session.navigation.changed);
  useSignal(session.threadsChanged);
  useSignal(session.contextChanged);
  useSignal(session.documents.changed);
  const { view } = session.navigation;
  const threads = Object.values(session.threads).length;
  const keys = Object.keys(session.state?.context ?? {}).length;
  const unread = session.unreadThreads.size;
  const inThreads =
    view.kind === 'threads' ||
    view.kind === 'thread' ||
    view.kind === 'new-thread';

  const tabs: { view: View; label: string; selected: boolean }[] = [
    {
      view: { kind: 'chat' },
      label: trans.__('Chat'),
      selected: view.kind === 'chat'
    }
  ];
  if (threads > 0 || inThreads) {
    tabs.push({
      view: { kind: 'threads' },
      label: threads ? trans.__('Threads %1', threads) : trans.__('Threads'),
      selected: inThreads
    });
  }
  if (keys > 0 || view.kind === 'context') {
    tabs.push({
      view: { kind: 'context' },
      label: keys ? trans.__('Context %1', keys) : trans.__('Context'),
      selected: view.kind === 'context'
    });
  }
  const review = waitingIn(session.documents.all).length;
  if (review > 0 || view.kind === 'review') {
    tabs.push({
      view: { kind: 'review' },
      label: review ? trans.__('Review %1', review) : trans.__('Review'),
      selected: view.kind === 'review'
    });
  }
  const locks = lockList(session.documents.all).length;
  if (locks > 0 || view.kind === 'locks') {
    tabs.push({
      view: { kind: 'locks' },
      label: locks ? trans.__('Locks %1', locks) : trans.__('Locks'),
      selected: view.kind === 'locks'
    });
  }
  if (view.kind === 'search') {
    tabs.push({ view, label: trans.__('Search'), selected: true });
  }
  const shown = tabs.find(tab => tab.selected)?.view.kind;
  const bar = React.useRef<HTMLDivElement>(null);
  React.useEffect(() => {
    // in a narrow panel they scroll
    bar.current
      ?.querySelector('[aria-selected="true"]')
      ?.scrollIntoView?.({ block: 'nearest', inline: 'nearest' });
  }, [shown]);
  if (tabs.length === 1) {
    return null;
  }
  const step = (event: React.KeyboardEvent): void => {
    const by =
      event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (by) {
      const now = tabs.findIndex(tab => tab.selected);
      const next = (now + by + tabs.length) % tabs.length;
      session.navigation.go(tabs[next].view);
      const buttons = event.currentTarget.querySelectorAll('button');
      buttons[next]?.focus();
    }
  };
  return (
    <div
      ref={bar}
      className="jca-Tabs"
      role="tablist"
      aria-label={trans.__('Views of the session')}
      onKeyDown={step}
    >
      {tabs.map(tab => (
        <button
          key={tab.view.kind}
          type="button"
          role="tab"
          className="jca-Tabs-tab"
          aria-selected={tab.selected}
          tabIndex={tab.selected ? 0 : -1}
          onClick={() => session.navigation.go(tab.view)}
        >
          {tab.label}
          {tab.view.kind === 'threads' && unread > 0 && (
            <span
              className="jca-Tabs-dot"
              role="img"
              aria-label={trans.__('new replies')}
            />
          )}
        </button>
      ))}
    </div>
  );
}
