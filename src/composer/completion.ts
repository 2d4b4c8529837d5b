import {
  autocompletion,
  closeCompletion,
  Completion,
  CompletionContext,
  CompletionResult,
  pickedCompletion
} from '@codemirror/autocomplete';
import { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { TranslationBundle } from '@jupyterlab/translation';
import { Attachment } from '../protocol.gen';

/** Somebody who can be mentioned. */
export interface IPersonChoice {
  id: string;
  name: string;
  /** What is written into the text, with its "@". */
  insert: string;
  kind: 'user' | 'agent';
}

/** Something to do that begins with "/". */
export interface ICommandChoice {
  /** With its "/". */
  name: string;
  description: string;
  insert: string;
}

/** A cell or a file. Picking it writes `insert` or attaches `attachment`. */
export interface IPlaceChoice {
  label: string;
  insert?: string;
  attachment?: Attachment;
}

/** Where the composer gets its suggestions from; asked at every key. */
export interface ICompletionSources {
  people(): IPersonChoice[];
  commands(): ICommandChoice[];
  places(query: string): IPlaceChoice[];
}

/** What is being named at the cursor. */
export interface ITrigger {
  sign: '@' | '/' | '#';
  /** What follows the sign. */
  query: string;
  /** Where the sign is. */
  from: number;
}

/** More are not shown: whoever looks for one types on. */
const MAX_CHOICES = 50;

/** The trigger before `position`, null when there is none. */
export function findTrigger(text: string, position: number): ITrigger | null {
  const command = /^\/([^\s/]*)$/.exec(text.slice(0, position));
  if (command) {
    return { sign: '/', query: command[1], from: 0 };
  }
  const line = text.slice(text.lastIndexOf('\n', position - 1) + 1, position);
  if ((line.match(/`/g)?.length ?? 0) % 2 === 1) {
    return null;
  }
  // "a@b" is an address and "C#" a language: the sign begins a word
  const found =
    /(?:^|[\s([{,;:])([@#])("[^"\n]{0,80}|[^\s@#"()[\]{},;]*)$/.exec(line);
  if (!found) {
    return null;
  }
  return {
    sign: found[1] as '@' | '#',
    query: found[2].replace(/^"/, ''),
    from: position - found[2].length - 1
  };
}

/**
 * Those whose `words` contain the query; first those where a word begins with
 * it. Keeps the order otherwise.
 */
export function rank<T>(
  choices: readonly T[],
  query: string,
  words: (choice: T) => string
): T[] {
  const sought = query.toLowerCase();
  const first: T[] = [];
  const then: T[] = [];
  for (const choice of choices) {
    const text = words(choice).toLowerCase();
    const at = text.indexOf(sought);
    if (at < 0) {
      continue;
    }
    const begins =
      text.startsWith(sought) ||
      text.split(/[\s/@:."_-]+/).some(word => word.startsWith(sought));
    (begins ? first : then).push(choice);
  }
  return [...first, ...then].slice(0, MAX_CHOICES);
}

/** What the completion needs from its composer. */
export interface ICompletionHost {
  readonly sources: ICompletionSources;
  readonly trans: TranslationBundle;
  attach(attachment: Attachment): void;
}

/** A suggestion that knows how to write itself. */
export type Choice = Completion & {
  apply(view: EditorView, choice: Completion, from: number, to: number): void;
};

/** The choices for a trigger. */
export function choicesFor(trigger: ITrigger, host: ICompletionHost): Choice[] {
  const { sources, trans } = host;
  const { sign, query } = trigger;
  if (sign === '@') {
    return rank(
      sources.people(),
      query,
      person => `${person.name} ${person.insert}`
    ).map(person => ({
      label: person.name,
      detail: person.kind === 'agent' ? trans.__('agent') : undefined,
      type: person.kind,
      apply: insertText(`${person.insert} `)
    }));
  }
  if (sign === '/') {
    return rank(sources.commands(), query, command => command.name).map(
      command => ({
        label: command.name,
        detail: command.description,
        type: 'command',
        apply: insertText(command.insert)
      })
    );
  }
  return sources
    .places(query)
    .slice(0, MAX_CHOICES)
    .map(place => {
      const { attachment } = place;
      return {
        label: place.label,
        type: attachment?.kind ?? 'file',
        apply: insertText(
          place.insert ?? '',
          attachment && (() => host.attach(attachment))
        )
      };
    });
}

/** The popup, drawn into the page's body: the side panel would clip it. */
export function completions(host: () => ICompletionHost): Extension {
  return autocompletion({
    override: [context => complete(context, host())],
    activateOnTyping: true,
    // Enter must pick what is shown, and never send "@an" instead
    activateOnTypingDelay: 0,
    interactionDelay: 0,
    updateSyncTime: 20,
    icons: false,
    tooltipClass: () => 'jca-Completions',
    optionClass: option => `jca-Completion jca-mod-${option.type}`
  });
}

function complete(
  context: CompletionContext,
  host: ICompletionHost
): CompletionResult | null {
  const text = context.state.doc.toString();
  const trigger = findTrigger(text, context.pos);
  if (!trigger) {
    return null;
  }
  const options = choicesFor(trigger, host);
  // ranked here: the editor's own filter would compare with the sign
  return options.length ? { from: trigger.from, options, filter: false } : null;
}

/** Replaces the trigger and its query; keeps a blank from being doubled. */
function insertText(text: string, then?: () => void) {
  return (
    view: EditorView,
    completion: Completion,
    from: number,
    to: number
  ): void => {
    const follows = view.state.sliceDoc(to, to + 1);
    const insert =
      text.endsWith(' ') && /\s/.test(follows) ? text.slice(0, -1) : text;
    view.dispatch({
      changes: { from, to, insert },
      selection: { anchor: from + insert.length },
      scrollIntoView: true,
      annotations: pickedCompletion.of(completion),
      userEvent: 'input.complete'
    });
    closeCompletion(view);
    then?.();
  };
}
