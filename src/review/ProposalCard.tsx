import * as React from 'react';
import { Avatar } from '../panel/Avatar';
import { clockTime, exactTime } from '../panel/time';
import { useSignal } from '../panel/useSignal';
import {
  ProposalComment,
  ProposalDetails,
  ProposalSummary,
  ProposedPart
} from '../protocol.gen';
import { Comments } from './Comments';
import { HunkView } from './HunkView';
import {
  openHunks,
  progressWords,
  proposesWords,
  reviewers
} from './proposals';
import { mayDecide, mayPropose, useReview } from './reviewContext';
import { IDecisions, useDecisions } from './useDecisions';
import { useDiffTools } from './useDiffTools';

interface ICardProps {
  path: string;
  proposalId: string;
  /** Show only these parts; all of it if nothing is given. */
  partOf?: (details: ProposalDetails) => readonly ProposedPart[];
  /** Begin with its head only; a click shows and hides the rest. */
  folds?: 'open' | 'folded';
}

/** A proposal: who proposes what, change by change, and who says what to it. */
export function ProposalCard(props: ICardProps): JSX.Element | null {
  const review = useReview();
  const { session, proposals, account, trans } = review;
  const { documents, me } = session;
  const { path, proposalId, partOf, folds } = props;
  useSignal(documents.changed, changed => changed === path);
  useSignal(proposals.changed, id => id === proposalId);
  useSignal(account.changed);
  const [open, setOpen] = React.useState(folds !== 'folded');
  const decisions = useDecisions(review, proposalId);
  const proposal = documents
    .get(path)
    ?.proposals.find(({ proposal_id }) => proposal_id === proposalId);
  if (!proposal) {
    return null; // it is over
  }
  const who = proposesWords(proposal, me, trans);
  const { details, problem } = proposals.get(proposal);
  const parts = details && (partOf ? partOf(details) : details.parts);
  return (
    <section
      className="jca-Proposal"
      aria-label={proposal.title ? `${who}: ${proposal.title}` : who}
    >
      <header className="jca-Proposal-head">
        {folds && (
          <button
            type="button"
            className="jca-Proposal-fold"
            aria-expanded={open}
            aria-label={trans.__('Changes')}
            onClick={() => setOpen(!open)}
          >
            {open ? '▾' : '▸'}
          </button>
        )}
        <Head proposal={proposal} who={who} />
        {details && <Reviewers details={details} />}
        {open && parts && (
          <Buttons
            hunks={openHunks(parts)}
            decisions={decisions}
            mayWithdraw={!partOf && proposal.by === me && session.live}
          />
        )}
      </header>
      {[decisions.problem, details === null ? problem : null].map(
        (words, index) =>
          words !== null && (
            <p key={index} className="jca-Conflict-problem" role="alert">
              {words}
            </p>
          )
      )}
      {details === null && problem === null && (
        <p className="jca-Proposal-loading">{trans.__('Loading…')}</p>
      )}
      {open &&
        details &&
        parts?.map(part => (
          <Part
            key={part.cell_id ?? ''}
            path={path}
            proposalId={proposalId}
            part={part}
            isTitled={!partOf}
            details={details}
            decisions={decisions}
          />
        ))}
      {open && details && !partOf && (
        <About
          proposalId={proposalId}
          comments={details.comments.filter(one => one.hunk_id === null)}
        />
      )}
    </section>
  );
}

function Head(props: { proposal: ProposalSummary; who: string }): JSX.Element {
  const { session, trans } = useReview();
  const { proposal, who } = props;
  const { by, title, at } = proposal;
  return (
    <>
      <Avatar
        small
        participantId={by}
        participant={session.participants[by] ?? null}
      />
      <span className="jca-Proposal-who">
        {who}
        {title && <span className="jca-Proposal-title"> · {title}</span>}
        <span className="jca-Proposal-more">
          {' · '}
          {progressWords(proposal, trans)}
          {' · '}
          <time dateTime={new Date(at).toISOString()} title={exactTime(at)}>
            {clockTime(at)}
          </time>
        </span>
      </span>
    </>
  );
}

function Buttons(props: {
  hunks: string[];
  decisions: IDecisions;
  mayWithdraw: boolean;
}): JSX.Element {
  const review = useReview();
  const { trans } = review;
  const { hunks, decisions, mayWithdraw } = props;
  const { busy, accept, reject, withdraw } = decisions;
  return (
    <span className="jca-Proposal-buttons">
      {hunks.length > 1 && mayDecide(review) && (
        <>
          <button
            type="button"
            className="jca-SmallButton jca-mod-accept"
            disabled={busy}
            onClick={() => accept(hunks, false)}
          >
            {trans.__('Accept all %1', hunks.length)}
          </button>
          <button
            type="button"
            className="jca-SmallButton"
            disabled={busy}
            onClick={() => reject(hunks)}
          >
            {trans.__('Reject all %1', hunks.length)}
          </button>
        </>
      )}
      {mayWithdraw && (
        <button
          type="button"
          className="jca-SmallButton"
          disabled={busy}
          onClick={withdraw}
        >
          {trans.__('Withdraw')}
        </button>
      )}
    </span>
  );
}

/** What is said about the whole. */
function About(props: {
  proposalId: string;
  comments: readonly ProposalComment[];
}): JSX.Element {
  const review = useReview();
  const [writing, setWriting] = React.useState(false);
  return (
    <div className="jca-Hunk">
      <Comments
        {...props}
        hunkId={null}
        writing={writing}
        done={() => setWriting(false)}
      />
      {!writing && mayPropose(review) && (
        <button
          type="button"
          className="jca-LinkButton jca-Proposal-comment"
          onClick={() => setWriting(true)}
        >
          {review.trans.__('Comment on all of it')}
        </button>
      )}
    </div>
  );
}

function Part(props: {
  path: string;
  proposalId: string;
  part: ProposedPart;
  isTitled: boolean;
  details: ProposalDetails;
  decisions: IDecisions;
}): JSX.Element {
  const { describe } = useReview();
  const { path, proposalId, part, isTitled, details, decisions } = props;
  const { cell_id } = part;
  const tools = useDiffTools(path, part.cell_type);
  return (
    <div className="jca-Proposal-part">
      {isTitled && cell_id !== null && part.before !== null && (
        <p className="jca-Proposal-cell">{describe({ path, cell_id })}</p>
      )}
      {part.hunks.map(hunk => (
        <HunkView
          key={hunk.hunk_id}
          path={path}
          proposalId={proposalId}
          decisions={decisions}
          part={part}
          hunk={hunk}
          tools={tools}
          comments={details.comments.filter(
            ({ hunk_id }) => hunk_id === hunk.hunk_id
          )}
        />
      ))}
    </div>
  );
}

function Reviewers({
  details
}: {
  details: ProposalDetails;
}): JSX.Element | null {
  const { session, trans } = useReview();
  const ids = reviewers(details);
  if (ids.length === 0) {
    return null;
  }
  const names = ids.map(id =>
    id === session.me
      ? trans.__('you')
      : (session.participants[id]?.profile.name ?? id.split(':')[1])
  );
  const label = trans.__('Reviewed by %1', names.join(', '));
  return (
    <span
      className="jca-Proposal-reviewers"
      role="img"
      aria-label={label}
      title={label}
    >
      {ids.map(id => (
        <Avatar
          key={id}
          small
          participantId={id}
          participant={session.participants[id] ?? null}
        />
      ))}
    </span>
  );
}
