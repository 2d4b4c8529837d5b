import * as React from 'react';
import { Avatar } from '../panel/Avatar';
import { clockTime, exactTime } from '../panel/time';
import { ProposalComment } from '../protocol.gen';
import { reason } from '../request';
import { useReview } from './reviewContext';

interface ICommentsProps {
  proposalId: string;
  /** Null: about the whole. */
  hunkId: string | null;
  comments: readonly ProposalComment[];
  /** Somebody is about to say something. */
  writing: boolean;
  done(): void;
}

/** What reviewers say, and a field to say something. */
export function Comments(props: ICommentsProps): JSX.Element | null {
  const { session, trans } = useReview();
  const { comments, writing } = props;
  if (comments.length === 0 && !writing) {
    return null;
  }
  return (
    <div className="jca-Comments">
      {comments.length > 0 && (
        <ul aria-label={trans.__('Comments')}>
          {comments.map(({ comment_id, by, by_name, at, body }) => (
            <li key={comment_id}>
              <Avatar
                small
                participantId={by}
                participant={session.participants[by] ?? null}
              />
              <p>
                <span className="jca-Comments-by">
                  {by === session.me ? trans.__('You') : by_name}
                  {' · '}
                  <time
                    dateTime={new Date(at).toISOString()}
                    title={exactTime(at)}
                  >
                    {clockTime(at)}
                  </time>
                </span>{' '}
                {body}
              </p>
            </li>
          ))}
        </ul>
      )}
      {writing && <CommentField {...props} />}
    </div>
  );
}

function CommentField(props: ICommentsProps & { done(): void }): JSX.Element {
  const { session, trans } = useReview();
  const { proposalId, hunkId, done } = props;
  const [text, setText] = React.useState('');
  const [problem, setProblem] = React.useState<string | null>(null);
  const send = async (): Promise<void> => {
    if (!text.trim()) {
      return;
    }
    try {
      await session.documents.command({
        type: 'edit.comment',
        proposal_id: proposalId,
        body: text.trim(),
        hunk_id: hunkId
      });
      done();
    } catch (error) {
      setProblem(reason(error));
    }
  };
  return (
    <div className="jca-Comments-field">
      <textarea
        aria-label={trans.__('Comment')}
        rows={2}
        autoFocus
        value={text}
        onChange={event => setText(event.target.value)}
        onKeyDown={event => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
            event.preventDefault();
            void send();
          } else if (event.key === 'Escape') {
            done();
          }
        }}
      />
      {problem !== null && (
        <p className="jca-Conflict-problem" role="alert">
          {problem}
        </p>
      )}
      <button
        type="button"
        className="jca-SmallButton jca-mod-accept"
        disabled={!text.trim()}
        onClick={() => void send()}
      >
        {trans.__('Say it')}
      </button>
      <button type="button" className="jca-SmallButton" onClick={done}>
        {trans.__('Cancel')}
      </button>
    </div>
  );
}
