import { Button } from '@jupyterlab/ui-components';
import * as React from 'react';
import { Ago } from './Ago';
import { useServices, useSession } from './context';
import { ContextEditor } from './ContextEditor';
import { ContextVersions } from './ContextVersions';
import { Notice } from './Notice';
import { useSignal } from './useSignal';

/** What is being edited: a key, '' for a new one, null for nothing. */
type Editing = string | null;

/** The session's shared context: what everybody and every agent knows. */
export function ContextView(): JSX.Element {
  const { trans } = useServices();
  const session = useSession();
  useSignal(session.contextChanged);
  useSignal(session.permissionsChanged);
  const [editing, setEditing] = React.useState<Editing>(null);
  const [opened, setOpened] = React.useState<string | null>(null);
  const context = session.state?.context ?? {};
  const keys = Object.keys(context).sort();
  const may = session.can('set_context');
  return (
    <section
      className="jca-View jca-Context"
      aria-label={trans.__('Shared context')}
    >
      {keys.length === 0 && editing === null && (
        <Notice
          text={trans.__('Nothing is shared yet.')}
          detail={trans.__(
            'Facts that everybody here and every agent should know: a dataset, a goal, a deadline.'
          )}
        />
      )}
      <dl className="jca-Context-list">
        {keys.map(key => {
          const entry = context[key];
          return (
            <div key={key} className="jca-Context-entry">
              <dt>
                <span className="jca-Context-key">{key}</span>
                <span className="jca-Context-by">
                  {session.nameOf(entry.by)}
                  {' · '}
                  <Ago at={entry.at} />
                </span>
              </dt>
              <dd>
                {editing === key ? (
                  <ContextEditor
                    editedKey={key}
                    onDone={() => setEditing(null)}
                  />
                ) : (
                  <>
                    <pre className="jca-Context-value">
                      {JSON.stringify(entry.value, null, 2)}
                    </pre>
                    <div className="jca-Context-actions">
                      <Button
                        small
                        minimal
                        disabled={!may}
                        onClick={() => setEditing(key)}
                      >
                        {trans.__('Edit')}
                      </Button>
                      <Button
                        small
                        minimal
                        aria-expanded={opened === key}
                        onClick={() => setOpened(opened === key ? null : key)}
                      >
                        {trans.__('History')}
                      </Button>
                      <Button
                        small
                        minimal
                        disabled={!may}
                        onClick={() =>
                          session.ask({
                            type: 'context.delete',
                            key,
                            base_version: entry.version
                          })
                        }
                      >
                        {trans.__('Delete')}
                      </Button>
                    </div>
                    {opened === key && (
                      <ContextVersions
                        contextKey={key}
                        version={entry.version}
                      />
                    )}
                  </>
                )}
              </dd>
            </div>
          );
        })}
      </dl>
      {editing === '' ? (
        <ContextEditor editedKey={null} onDone={() => setEditing(null)} />
      ) : (
        <Button small disabled={!may} onClick={() => setEditing('')}>
          {trans.__('Add')}
        </Button>
      )}
    </section>
  );
}
