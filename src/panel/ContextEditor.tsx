import { Button } from '@jupyterlab/ui-components';
import * as React from 'react';
import { reason, RequestError } from '../request';
import { useServices, useSession } from './context';

interface IContextEditorProps {
  /** Null to add a key. */
  editedKey: string | null;
  onDone(): void;
}

/** JSON, or plain words: who writes `sales` means "sales". */
export function parseValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/**
 * Write a value. It is set only if nobody has changed it meanwhile; otherwise
 * both texts are shown and one decides.
 */
export function ContextEditor(props: IContextEditorProps): JSX.Element {
  const { trans } = useServices();
  const session = useSession();
  const { editedKey, onDone } = props;
  const entry = editedKey === null ? undefined : currentOf(editedKey);
  const [key, setKey] = React.useState(editedKey ?? '');
  const [base, setBase] = React.useState(entry?.version ?? 0);
  const [text, setText] = React.useState(
    entry ? JSON.stringify(entry.value, null, 2) : ''
  );
  const [problem, setProblem] = React.useState<string | null>(null);
  const [conflict, setConflict] = React.useState(false);
  const [busy, setBusy] = React.useState(false);

  function currentOf(name: string) {
    return session.state?.context[name];
  }

  const save = async (baseVersion: number): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      await session.command({
        type: 'context.set',
        key: key.trim(),
        value: parseValue(text),
        base_version: baseVersion
      });
      onDone();
    } catch (error) {
      setConflict(error instanceof RequestError && error.code === 'conflict');
      setProblem(reason(error));
      setBusy(false);
    }
  };
  const theirs = currentOf(key.trim());
  return (
    <form
      className="jca-ContextEditor"
      onSubmit={event => {
        event.preventDefault();
        void save(base);
      }}
      onKeyDown={event => event.key === 'Escape' && onDone()}
    >
      {editedKey === null && (
        <input
          className="jp-mod-styled"
          required
          maxLength={100}
          autoFocus
          aria-label={trans.__('Key')}
          placeholder={trans.__('Key')}
          value={key}
          onChange={event => setKey(event.target.value)}
        />
      )}
      <textarea
        className="jp-mod-styled"
        required
        rows={4}
        spellCheck={false}
        autoFocus={editedKey !== null}
        aria-label={trans.__('Value: JSON or plain text')}
        placeholder={trans.__('Value: JSON or plain text')}
        value={text}
        onChange={event => setText(event.target.value)}
      />
      {problem && (
        <p className="jca-ContextEditor-problem" role="alert">
          {problem}
        </p>
      )}
      {conflict && (
        <div className="jca-ContextEditor-theirs">
          <p>
            {theirs
              ? trans.__('%1 has set it to:', session.nameOf(theirs.by))
              : trans.__('It was deleted meanwhile.')}
          </p>
          {theirs && <pre>{JSON.stringify(theirs.value, null, 2)}</pre>}
          <div className="jca-ContextEditor-actions">
            <Button
              small
              type="button"
              disabled={busy}
              onClick={() => void save(theirs?.version ?? 0)}
            >
              {trans.__('Keep mine')}
            </Button>
            <Button
              small
              type="button"
              onClick={() => {
                if (theirs) {
                  setText(JSON.stringify(theirs.value, null, 2));
                  setBase(theirs.version);
                  setConflict(false);
                  setProblem(null);
                } else {
                  onDone();
                }
              }}
            >
              {trans.__('Take theirs')}
            </Button>
            <Button small minimal type="button" onClick={onDone}>
              {trans.__('Cancel')}
            </Button>
          </div>
        </div>
      )}
      {!conflict && (
        <div className="jca-ContextEditor-actions">
          <Button
            small
            type="submit"
            className="jca-mod-accept"
            disabled={busy}
          >
            {trans.__('Save')}
          </Button>
          <Button small minimal type="button" onClick={onDone}>
            {trans.__('Cancel')}
          </Button>
        </div>
      )}
    </form>
  );
}
