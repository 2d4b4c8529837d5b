import { Dialog } from '@jupyterlab/apputils';
import * as React from 'react';
import { CreateSession, KnownPerson } from '../protocol.gen';
import { knownPeople, reason } from '../request';
import { IPanelServices } from './context';
import { dialogBody } from './dialogBody';
import { fileName } from './words';

/** What was chosen so far. */
export type Draft = Required<
  Pick<CreateSession, 'name' | 'private' | 'participants' | 'files'>
>;

interface INewSessionFormProps {
  services: IPanelServices;
  draft: Draft;
  /** Why the last attempt failed. */
  problem: string | null;
  onChange(draft: Draft): void;
}

function toggled(list: readonly string[], item: string): string[] {
  return list.includes(item)
    ? list.filter(other => other !== item)
    : [...list, item];
}

/** Name, who may come, and what it is about. */
export function NewSessionForm(props: INewSessionFormProps): JSX.Element {
  const { collab, trans, workspace } = props.services;
  const [draft, setDraft] = React.useState(props.draft);
  const [people, setPeople] = React.useState<KnownPerson[]>([]);
  const [problem, setProblem] = React.useState(props.problem);
  const files = React.useMemo(() => workspace.openFiles(), [workspace]);
  React.useEffect(() => {
    knownPeople(collab.settings).then(
      known => setPeople(known.filter(one => one.participant_id !== collab.me)),
      error => setProblem(reason(error))
    );
  }, [collab]);
  const change = (part: Partial<Draft>): void => {
    const next = { ...draft, ...part };
    setProblem(null);
    setDraft(next);
    props.onChange(next);
  };
  return (
    <div className="jca-Invite">
      <label className="jca-NewSession-name">
        {trans.__('Name')}
        <input
          className="jp-mod-styled"
          maxLength={200}
          placeholder={trans.__('What is it about?')}
          value={draft.name}
          onChange={event => change({ name: event.target.value })}
        />
      </label>
      <label>
        <input
          type="checkbox"
          checked={draft.private}
          onChange={event => change({ private: event.target.checked })}
        />
        {trans.__('Private: only you and agents')}
      </label>
      {!draft.private && people.length > 0 && (
        <Choices
          legend={trans.__('Invite')}
          items={people.map(({ participant_id, name }) => ({
            id: participant_id,
            name
          }))}
          chosen={draft.participants}
          onToggle={id =>
            change({ participants: toggled(draft.participants, id) })
          }
        />
      )}
      {files.length > 0 && (
        <Choices
          legend={trans.__('About these files')}
          items={files.map(path => ({ id: path, name: fileName(path) }))}
          chosen={draft.files}
          onToggle={path => change({ files: toggled(draft.files, path) })}
        />
      )}
      {problem && (
        <p className="jca-Invite-problem" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}

function Choices(props: {
  legend: string;
  items: readonly { id: string; name: string }[];
  chosen: readonly string[];
  onToggle(id: string): void;
}): JSX.Element {
  return (
    <fieldset>
      <legend>{props.legend}</legend>
      <ul>
        {props.items.map(({ id, name }) => (
          <li key={id}>
            <label title={id}>
              <input
                type="checkbox"
                checked={props.chosen.includes(id)}
                onChange={() => props.onToggle(id)}
              />
              {name}
            </label>
          </li>
        ))}
      </ul>
    </fieldset>
  );
}

/** What is sent: in a private session nobody can be invited. */
export function requestOf(draft: Draft): CreateSession {
  return {
    ...draft,
    name: draft.name.trim(),
    participants: draft.private ? [] : draft.participants
  };
}

/** Ask until the session is there or somebody changes their mind. */
export async function askNewSession(services: IPanelServices): Promise<void> {
  const { collab, trans, workspace } = services;
  const current = workspace.currentFile();
  let draft: Draft = {
    name: '',
    private: false,
    participants: [],
    files: current === null ? [] : [current]
  };
  let problem: string | null = null;
  for (;;) {
    const body = await dialogBody(
      <NewSessionForm
        services={services}
        draft={draft}
        problem={problem}
        onChange={changed => {
          draft = changed;
        }}
      />
    );
    const { button } = await new Dialog({
      title: trans.__('New session'),
      body,
      focusNodeSelector: '.jca-NewSession-name input',
      buttons: [
        Dialog.cancelButton({ label: trans.__('Cancel') }),
        Dialog.okButton({ label: trans.__('Create') })
      ]
    }).launch();
    if (!button.accept) {
      return;
    }
    if (!draft.name.trim()) {
      problem = trans.__('Give the session a name.');
      continue;
    }
    try {
      await collab.create(requestOf(draft));
      return;
    } catch (error) {
      problem = reason(error);
    }
  }
}
