import * as React from 'react';
import { Avatar } from '../panel/Avatar';
import { exactTime } from '../panel/time';
import { Hunk, ProposalComment, ProposedPart } from '../protocol.gen';
import { Comments } from './Comments';
import { hunkLines, IDiffTools, wholeLines } from './diff';
import { DiffLines } from './DiffLines';
import { hunkWords, isOpen } from './proposals';
import { IDecisions } from './useDecisions';
import { mayDecide, mayPropose, useReview } from './reviewContext';

interface IHunkProps {
  path: string;
  proposalId: string;
  part: ProposedPart;
  hunk: Hunk;
  comments: readonly ProposalComment[];
  tools: IDiffTools;
  decisions: IDecisions;
}

/** One change of a proposal: what it does, and what one can do about it. */
export function HunkView(props: IHunkProps): JSX.Element {
  const review = useReview();
  const { trans, describe } = review;
  const { path, proposalId, part, hunk, comments, tools } = props;
  const [writing, setWriting] = React.useState(false);
  const words = hunkWords(
    hunk,
    part,
    cell_id => describe({ path, cell_id }),
    trans
  );
  return (
    <section className={`jca-Hunk jca-mod-${hunk.status}`} aria-label={words}>
      <header className="jca-Hunk-head">
        <span className="jca-Hunk-words">{words}</span>
        <Fit hunk={hunk} />
        {isOpen(hunk) ? (
          <span className="jca-Hunk-buttons">
            {mayPropose(review) && !writing && (
              <button
                type="button"
                className="jca-LinkButton"
                onClick={() => setWriting(true)}
              >
                {trans.__('Comment')}
              </button>
            )}
            {mayDecide(review) && <Buttons {...props} />}
          </span>
        ) : (
          <Decision hunk={hunk} />
        )}
      </header>
      {isOpen(hunk) && (
        <>
          <Change part={part} hunk={hunk} tools={tools} />
          <Comments
            proposalId={proposalId}
            hunkId={hunk.hunk_id}
            comments={comments}
            writing={writing}
            done={() => setWriting(false)}
          />
        </>
      )}
    </section>
  );
}

function Buttons(props: IHunkProps): JSX.Element {
  const { trans } = useReview();
  const { hunk } = props;
  const { busy, accept, reject } = props.decisions;
  const { hunk_id } = hunk;
  const isStale = hunk.fit === 'stale';
  return (
    <>
      <button
        type="button"
        className="jca-SmallButton"
        disabled={busy}
        title={
          isStale
            ? trans.__('Both versions are shown beside each other')
            : undefined
        }
        onClick={() => accept([hunk_id], isStale)}
      >
        {isStale ? trans.__('Decide by hand') : trans.__('Accept')}
      </button>
      <button
        type="button"
        className="jca-SmallButton"
        disabled={busy}
        onClick={() => reject([hunk_id])}
      >
        {trans.__('Reject')}
      </button>
    </>
  );
}

function Fit({ hunk }: { hunk: Hunk }): JSX.Element | null {
  const { trans } = useReview();
  switch (hunk.fit) {
    case 'stale':
      return (
        <span className="jca-Badge jca-mod-stale">
          {trans.__('the text was changed since')}
        </span>
      );
    case 'there':
      return (
        <span className="jca-Badge">{trans.__('stands there already')}</span>
      );
    default:
      return null;
  }
}

function Decision({ hunk }: { hunk: Hunk }): JSX.Element {
  const { session, trans } = useReview();
  const { decided_by, decided_by_name, decided_at, status } = hunk;
  const name =
    decided_by === session.me ? trans.__('you') : (decided_by_name ?? '');
  return (
    <span
      className="jca-Hunk-decision"
      title={decided_at === null ? undefined : exactTime(decided_at)}
    >
      {decided_by !== null && (
        <Avatar
          small
          participantId={decided_by}
          participant={session.participants[decided_by] ?? null}
        />
      )}
      {status === 'accepted'
        ? trans.__('accepted by %1', name)
        : trans.__('rejected by %1', name)}
    </span>
  );
}

function Change(props: {
  part: ProposedPart;
  hunk: Hunk;
  tools: IDiffTools;
}): JSX.Element | null {
  const { part, hunk, tools } = props;
  const lines = React.useMemo(() => {
    switch (hunk.kind) {
      case 'text':
        return hunkLines(part, hunk, tools);
      case 'insert':
        return wholeLines(part.after ?? '', 'added', tools);
      case 'delete':
        return wholeLines(part.before ?? '', 'removed', tools);
      case 'metadata':
        return [
          ...wholeLines(asText(hunk.was), 'removed'),
          ...wholeLines(asText(hunk.becomes), 'added')
        ];
      default:
        return [];
    }
  }, [part, hunk, tools]);
  return <DiffLines lines={lines} />;
}

function asText(value: unknown): string {
  return value === null || value === undefined
    ? ''
    : JSON.stringify(value, null, 2);
}
