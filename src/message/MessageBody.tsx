import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { ICodeActions } from './codeActions';
import { MessageView } from './MessageView';
import { IMention } from './mentionMarks';

/** What the body of a message is drawn from. */
export interface IMessageBodyProps {
  text: string;
  /** The text is still being written. */
  streaming?: boolean;
  rendermime: IRenderMimeRegistry;
  /** Whom the server found mentioned in the text. */
  mentions: readonly IMention[];
  /** What can be done with code; null: only copying. */
  actions: ICodeActions | null;
  trans: TranslationBundle;
}

/** The text of a message: Markdown, formulas, highlighted code. */
export const MessageBody = React.memo(
  function MessageBody(props: IMessageBodyProps): JSX.Element {
    const { text, streaming = false, mentions } = props;
    const { rendermime, actions, trans } = props;
    const root = React.useRef<HTMLDivElement>(null);
    const view = React.useRef<MessageView | null>(null);

    // before the update below: effects run in this order
    React.useLayoutEffect(() => {
      if (!root.current) {
        return;
      }
      const made = new MessageView(root.current, {
        rendermime,
        actions,
        trans
      });
      view.current = made;
      return () => {
        view.current = null;
        made.dispose();
      };
    }, [rendermime, actions, trans]);

    const mentionKey = JSON.stringify(mentions);
    React.useLayoutEffect(() => {
      view.current?.show({ text, streaming, mentions });
    }, [text, streaming, mentionKey, rendermime, actions, trans]);

    return (
      <div
        ref={root}
        className={
          streaming ? 'jca-MessageBody jca-mod-streaming' : 'jca-MessageBody'
        }
        aria-busy={streaming || undefined}
      />
    );
  },
  (before, after) =>
    before.text === after.text &&
    before.streaming === after.streaming &&
    before.rendermime === after.rendermime &&
    before.actions === after.actions &&
    before.trans === after.trans &&
    JSON.stringify(before.mentions) === JSON.stringify(after.mentions)
);
