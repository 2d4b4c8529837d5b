import { Button } from '@jupyterlab/ui-components';
import * as React from 'react';
import { SessionModel } from '../model/session';
import { Run } from '../protocol.gen';
import { Avatar } from './Avatar';
import { useServices, useSession } from './context';
import { duration } from './time';
import { useSignal } from './useSignal';

function isOpen(run: Run): boolean {
  return run.status === 'queued' || run.status === 'running';
}

function mayStop(session: SessionModel, run: Run): boolean {
  return (
    isOpen(run) &&
    (session.can('cancel_any_run') ||
      (run.asked_by === session.me && session.can('cancel_own_run')))
  );
}

/** Below an agent's words: what it does, or what it took. */
export function RunLine(props: { runId: string }): JSX.Element | null {
  const { trans } = useServices();
  const session = useSession();
  useSignal(session.runsChanged);
  const run = session.state?.runs[props.runId];
  if (!run) {
    return null;
  }
  if (!isOpen(run)) {
    const steps = trans._n('%1 step', '%1 steps', run.steps);
    const took = duration((run.ended_at ?? run.at) - run.at, trans);
    return (
      <div className="jca-Run-line">
        {run.status === 'failed' && (
          <span className="jca-Run-failed">
            {run.error ?? trans.__('The run failed.')}{' '}
          </span>
        )}
        {run.status === 'cancelled' && <span>{trans.__('stopped')} · </span>}
        {run.steps > 0 ? trans.__('%1 · %2', steps, took) : took}
      </div>
    );
  }
  return (
    <div className="jca-Run-line" role="status">
      <span className="jca-Run-note">
        {session.progress(run.run_id) ??
          (run.status === 'queued'
            ? trans.__('waiting')
            : trans.__('answering'))}
      </span>
      {mayStop(session, run) && (
        <Button
          small
          className="jca-Run-stop"
          onClick={() =>
            session.ask({ type: 'run.cancel', run_id: run.run_id })
          }
        >
          {trans.__('Stop')}
        </Button>
      )}
    </div>
  );
}

/** An agent that was asked and has not said anything yet. */
export function WaitingRun(props: { runId: string }): JSX.Element | null {
  const session = useSession();
  useSignal(session.runsChanged);
  const run = session.state?.runs[props.runId];
  if (!run) {
    return null;
  }
  const agent = session.participants[run.agent_id] ?? null;
  return (
    <article
      className="jca-Message jca-mod-head jca-mod-turn"
      style={{ '--jca-author': agent?.profile.color } as React.CSSProperties}
      aria-label={session.nameOf(run.agent_id)}
    >
      <Avatar participantId={run.agent_id} participant={agent} small />
      <div className="jca-Message-content">
        <div className="jca-Message-head">
          <span className="jca-Message-author">
            {session.nameOf(run.agent_id)}
          </span>
        </div>
        <RunLine runId={run.run_id} />
      </div>
    </article>
  );
}
