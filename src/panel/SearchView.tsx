import { Button, InputGroup } from '@jupyterlab/ui-components';
import * as React from 'react';
import { Ago } from './Ago';
import { Message } from '../protocol.gen';
import { reason } from '../request';
import { Avatar } from './Avatar';
import { useServices, useSession } from './context';
import { Notice } from './Notice';

const PAUSE = 250;
const EXCERPT = 240;

interface IFound {
  query: string;
  messages: Message[];
  more: boolean;
}

/** The part of a text around the first word that was looked for. */
function excerpt(body: string, query: string): string {
  const word = query.trim().split(/\s+/)[0]?.toLowerCase() ?? '';
  const at = Math.max(0, body.toLowerCase().indexOf(word));
  const from = Math.max(0, at - EXCERPT / 3);
  return (from > 0 ? '…' : '') + body.slice(from, from + EXCERPT);
}

/** Look for words in everything that was said. */
export function SearchView(): JSX.Element {
  const { trans } = useServices();
  const session = useSession();
  const [query, setQuery] = React.useState('');
  const [found, setFound] = React.useState<IFound | null>(null);
  const [problem, setProblem] = React.useState<string | null>(null);

  React.useEffect(() => {
    if (!query.trim()) {
      setFound(null);
      return;
    }
    let wanted = true;
    const timer = setTimeout(() => {
      session.search(query).then(
        page => {
          if (wanted) {
            const { messages, has_earlier } = page;
            setProblem(null);
            setFound({ query, messages: newest(messages), more: has_earlier });
          }
        },
        error => wanted && setProblem(reason(error))
      );
    }, PAUSE);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [session, query]);

  const more = async (): Promise<void> => {
    if (found) {
      const oldest = found.messages[found.messages.length - 1];
      const page = await session.search(found.query, oldest.at);
      setFound({
        ...found,
        messages: [...found.messages, ...newest(page.messages)],
        more: page.has_earlier && page.messages.length > 0
      });
    }
  };
  const show = (message: Message): void => {
    session.jumpTo(message).catch(error => setProblem(reason(error)));
  };
  return (
    <section className="jca-View jca-Search" aria-label={trans.__('Search')}>
      <InputGroup
        type="search"
        className="jca-Search-field"
        placeholder={trans.__('Search messages')}
        aria-label={trans.__('Search messages')}
        rightIcon="ui-components:search"
        autoFocus
        value={query}
        onChange={event => setQuery(event.target.value)}
        onKeyDown={event => {
          if (event.key === 'Escape') {
            session.navigation.go({ kind: 'chat' });
          }
        }}
      />
      {problem && <Notice tone="error" text={problem} />}
      {found && found.messages.length === 0 && (
        <Notice
          text={trans.__('Nothing found.')}
          detail={trans.__('Words are found from their beginning.')}
        />
      )}
      <ul className="jca-Search-results" aria-label={trans.__('Results')}>
        {found?.messages.map(message => (
          <li key={message.message_id}>
            <button
              type="button"
              className="jca-Search-result"
              onClick={() => show(message)}
            >
              <Avatar
                small
                participantId={message.author}
                participant={session.participants[message.author] ?? null}
              />
              <span className="jca-Search-text">
                <strong>{session.nameOf(message.author)}</strong>
                {' · '}
                <Ago at={message.at} />
                <span className="jca-Search-words">
                  {excerpt(message.body, found.query)}
                </span>
              </span>
            </button>
          </li>
        ))}
      </ul>
      {found?.more && (
        <Button
          small
          onClick={() => void more().catch(error => setProblem(reason(error)))}
        >
          {trans.__('More')}
        </Button>
      )}
    </section>
  );
}

function newest(messages: readonly Message[]): Message[] {
  return [...messages].sort((a, b) => b.at - a.at || b.seq - a.seq);
}
