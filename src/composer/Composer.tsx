import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { Attachment } from '../protocol.gen';
import {
  AttachmentChips,
  describeAttachment,
  isSamePlace
} from './attachments';
import { ICompletionSources } from './completion';
import { DraftKeeper } from './drafts';
import { ComposerEditor, IEditorHost, IEditorLook } from './editor';
import { TypingSignal } from './typingSignal';

/** The server takes no more with one message. */
const MAX_ATTACHMENTS = 20;

/** What a composer needs; the attachments belong to its owner. */
export interface IComposerProps {
  /** Which unsent text this is; '' keeps none. */
  draftKey: string;
  placeholder: string;
  /** Why nothing can be sent here now, in words. */
  disabled?: string | null;
  /** Enter sends and Shift+Enter breaks the line, or the other way round. */
  sendOnEnter: boolean;
  sources: ICompletionSources;
  /** Return false to keep the text. */
  onSend(text: string, attachments: Attachment[]): void | boolean;
  onTyping(typing: boolean): void;
  attachments: readonly Attachment[];
  onAttachmentsChange(attachments: Attachment[]): void;
  /** The words on an attachment's chip. */
  describeAttachment?(attachment: Attachment): string;
  onAttachCell?(): void;
  onAttachFile?(): void;
  trans: TranslationBundle;
  autofocus?: boolean;
  /** What stands there when there is no draft. */
  initialText?: string;
  onCancel?(): void;
  /** The word on the button, instead of "Send". */
  sendLabel?: string;
}

/** What others may do with a composer. */
export interface IComposerHandle {
  focus(): void;
  /** Write at the cursor. */
  insert(text: string): void;
}

/** Where a message is written. */
export const Composer = React.forwardRef<IComposerHandle, IComposerProps>(
  function Composer(props, ref): JSX.Element {
    const { draftKey, trans, attachments, sendOnEnter } = props;
    const disabled = props.disabled || null;
    const field = React.useRef<HTMLDivElement>(null);
    const editor = React.useRef<ComposerEditor | null>(null);
    const draft = React.useRef<DraftKeeper | null>(null);
    const [isEmpty, setEmpty] = React.useState(true);

    // the editor outlives many renders and asks for the newest of these
    const newest = React.useRef(props);
    newest.current = props;

    const typing = React.useMemo(
      () => new TypingSignal(on => newest.current.onTyping(on)),
      [draftKey]
    );
    React.useEffect(() => () => typing.dispose(), [typing]);

    const send = React.useCallback(() => {
      const { onSend, attachments, disabled } = newest.current;
      const text = editor.current?.text.trim() ?? '';
      if (!text || disabled) {
        return;
      }
      typing.stop();
      if (onSend(text, [...attachments]) === false) {
        return;
      }
      editor.current?.reset('');
      setEmpty(true);
      draft.current?.forget();
    }, [typing]);

    const cancel = React.useCallback(() => {
      const { onCancel } = newest.current;
      if (!onCancel) {
        return false;
      }
      typing.stop();
      draft.current?.forget();
      onCancel();
      return true;
    }, [typing]);

    const attach = (attachment: Attachment) => {
      const { attachments, onAttachmentsChange } = newest.current;
      if (
        attachments.length < MAX_ATTACHMENTS &&
        !attachments.some(other => isSamePlace(other, attachment))
      ) {
        onAttachmentsChange([...attachments, attachment]);
      }
    };

    const look: IEditorLook = {
      placeholder: disabled ?? props.placeholder,
      label: props.placeholder,
      isDisabled: disabled !== null
    };

    React.useLayoutEffect(() => {
      if (!field.current) {
        return;
      }
      const keeper = new DraftKeeper(draftKey, window.localStorage);
      draft.current = keeper;
      const text = keeper.load() || newest.current.initialText || '';
      const host: IEditorHost = {
        get sources() {
          return newest.current.sources;
        },
        get trans() {
          return newest.current.trans;
        },
        get sendOnEnter() {
          return newest.current.sendOnEnter;
        },
        attach,
        send,
        cancel,
        changed: text => {
          setEmpty(!text.trim());
          typing.typed(!text.trim());
          keeper.changed(text);
        },
        blurred: () => keeper.flush()
      };
      const made = new ComposerEditor(field.current, text, () => host, look);
      editor.current = made;
      setEmpty(!text.trim());
      if (newest.current.autofocus) {
        made.focus();
      }
      return () => {
        draft.current = null;
        editor.current = null;
        keeper.dispose();
        made.dispose();
      };
    }, [draftKey, typing, send, cancel]);

    React.useEffect(() => {
      editor.current?.setLook(look);
    }, [look.placeholder, look.label, look.isDisabled]);

    React.useImperativeHandle(
      ref,
      () => ({
        focus: () => editor.current?.focus(),
        insert: text => editor.current?.insert(text)
      }),
      []
    );

    const keys = sendOnEnter
      ? trans.__('Send (Enter; Shift+Enter breaks the line)')
      : trans.__('Send (Shift+Enter; Enter breaks the line)');
    return (
      <div
        className={disabled ? 'jca-Composer jca-mod-disabled' : 'jca-Composer'}
        role="group"
        aria-label={props.placeholder}
      >
        <AttachmentChips
          attachments={attachments}
          describe={attachment =>
            props.describeAttachment?.(attachment) ??
            describeAttachment(attachment, trans)
          }
          onRemove={removed =>
            props.onAttachmentsChange(
              attachments.filter(other => !isSamePlace(other, removed))
            )
          }
          trans={trans}
        />
        <div ref={field} className="jca-Composer-field" />
        <div className="jca-Composer-buttons">
          {props.onAttachCell && (
            <button
              type="button"
              className="jca-Composer-button"
              disabled={disabled !== null}
              title={trans.__('Attach the active cell, or what is selected')}
              onClick={props.onAttachCell}
            >
              {trans.__('+cell')}
            </button>
          )}
          {props.onAttachFile && (
            <button
              type="button"
              className="jca-Composer-button"
              disabled={disabled !== null}
              title={trans.__('Attach a file')}
              onClick={props.onAttachFile}
            >
              {trans.__('+file')}
            </button>
          )}
          <span className="jca-Composer-space" />
          {props.onCancel && (
            <button
              type="button"
              className="jca-Composer-button"
              onClick={cancel}
            >
              {trans.__('Cancel')}
            </button>
          )}
          <button
            type="button"
            className="jca-Composer-button jca-mod-accept"
            disabled={disabled !== null || isEmpty}
            title={keys}
            onClick={() => {
              send();
              editor.current?.focus();
            }}
          >
            {props.sendLabel ?? trans.__('Send')}
          </button>
        </div>
      </div>
    );
  }
);
