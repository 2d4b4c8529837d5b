import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { clockTime, exactTime } from '../panel/time';
import { useSignal } from '../panel/useSignal';
import { ConflictDetails, Keep } from '../protocol.gen';
import { decideConflict, getConflict, reason } from '../request';
import {
  choices,
  conflictWords,
  IConflictPlace,
  makerName,
  sideText
} from './conflicts';
import { useReview } from './reviewContext';

interface ICardProps {
  place: IConflictPlace;
}

/** Both sides of a conflict beside each other, and what one can decide. */
export function ConflictCard(props: ICardProps): JSX.Element {
  const { session, settings, account, trans, describe } = useReview();
  const { place } = props;
  const { conflict, path } = place;
  const { me, documents } = session;
  useSignal(documents.changed, changed => changed === path);
  useSignal(account.changed);
  // the sides are fetched again when the document is another one
  const version = documents.get(path)?.seq;
  const { conflict_id } = conflict;
  const [details, setDetails] = React.useState<ConflictDetails | null>(null);
  const [problem, setProblem] = React.useState<string | null>(null);
  const [busy, setBusy] = React.useState(false);
  const [draft, setDraft] = React.useState<string | null>(null);

  React.useEffect(() => {
    let wanted = true;
    getConflict(conflict_id, settings).then(
      found => wanted && setDetails(found),
      error => wanted && setProblem(reason(error))
    );
    return () => {
      wanted = false;
    };
  }, [conflict_id, settings, version]);

  const decide = async (keep: Keep, text?: string): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      await decideConflict(conflict_id, { keep, text }, settings);
      // the card goes away with the news that it is decided
    } catch (error) {
      setProblem(reason(error));
      setBusy(false);
      getConflict(conflict_id, settings).then(setDetails, () => undefined);
    }
  };
  const choose = (keep: Keep): void => {
    if (keep === 'edited') {
      setDraft(String(details?.current ?? ''));
    } else {
      void decide(keep);
    }
  };
  const maker = makerName(conflict, me, trans);
  const side = (value: unknown): string | null =>
    sideText({ conflict, path }, value, describe, trans);
  return (
    <section
      className="jca-Conflict"
      aria-label={conflictWords(conflict, me, trans)}
    >
      <header className="jca-Conflict-head">
        <span>{conflictWords(conflict, me, trans)}</span>
        <time
          dateTime={new Date(conflict.at).toISOString()}
          title={exactTime(conflict.at)}
        >
          {clockTime(conflict.at)}
        </time>
      </header>
      {details && (
        <div className="jca-Conflict-sides">
          <Side
            title={trans.__('In the document')}
            text={side(details.current)}
            trans={trans}
          />
          <Side
            title={trans.__('By %1', maker)}
            text={side(details.incoming)}
            trans={trans}
          />
        </div>
      )}
      {draft !== null && (
        <textarea
          className="jca-Conflict-draft"
          aria-label={trans.__('What is to stand there')}
          rows={Math.min(12, draft.split('\n').length + 1)}
          value={draft}
          autoFocus
          spellCheck={false}
          onChange={event => setDraft(event.target.value)}
        />
      )}
      {problem !== null && (
        <p className="jca-Conflict-problem" role="alert">
          {problem}
        </p>
      )}
      {details && account.mayWrite && (
        <div className="jca-Conflict-actions">
          {draft === null ? (
            choices(conflict, me, trans).map(({ keep, label }) => (
              <button
                key={keep}
                type="button"
                className="jca-SmallButton"
                disabled={busy}
                onClick={() => choose(keep)}
              >
                {label}
              </button>
            ))
          ) : (
            <>
              <button
                type="button"
                className="jca-SmallButton jca-mod-accept"
                disabled={busy}
                onClick={() => void decide('edited', draft)}
              >
                {trans.__('Use this')}
              </button>
              <button
                type="button"
                className="jca-SmallButton"
                onClick={() => setDraft(null)}
              >
                {trans.__('Cancel')}
              </button>
            </>
          )}
        </div>
      )}
    </section>
  );
}

function Side(props: {
  title: string;
  text: string | null;
  trans: TranslationBundle;
}): JSX.Element {
  const { title, text, trans } = props;
  return (
    <div className="jca-Conflict-side">
      <p className="jca-Conflict-title">{title}</p>
      {text === null ? (
        <p className="jca-Conflict-nothing">{trans.__('(not there)')}</p>
      ) : text === '' ? (
        <p className="jca-Conflict-nothing">{trans.__('(empty)')}</p>
      ) : (
        <pre tabIndex={0} aria-label={title}>
          {text}
        </pre>
      )}
    </div>
  );
}
