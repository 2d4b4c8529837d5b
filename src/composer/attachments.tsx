import { TranslationBundle } from '@jupyterlab/translation';
import { closeIcon, fileIcon, notebookIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import { Attachment } from '../protocol.gen';

/** Whether two attachments point at the same place. */
export function isSamePlace(a: Attachment, b: Attachment): boolean {
  return (
    a.kind === b.kind &&
    a.path === b.path &&
    (a.cell_id ?? null) === (b.cell_id ?? null) &&
    JSON.stringify(a.selection ?? null) === JSON.stringify(b.selection ?? null)
  );
}

/** The words for an attachment when nobody knows better ones. */
export function describeAttachment(
  attachment: Attachment,
  trans: TranslationBundle
): string {
  const name = attachment.path.split('/').pop() || attachment.path;
  switch (attachment.kind) {
    case 'cell':
      return trans.__('cell in %1', name);
    case 'selection':
      return trans.__('selection in %1', name);
    default:
      return name;
  }
}

interface IAttachmentChipsProps {
  attachments: readonly Attachment[];
  describe(attachment: Attachment): string;
  onRemove(attachment: Attachment): void;
  trans: TranslationBundle;
}

/** What will be sent with the message; each can be taken off. */
export function AttachmentChips(
  props: IAttachmentChipsProps
): JSX.Element | null {
  const { attachments, describe, onRemove, trans } = props;
  if (!attachments.length) {
    return null;
  }
  return (
    <ul className="jca-Composer-chips" aria-label={trans.__('Attachments')}>
      {attachments.map((attachment, index) => {
        const label = describe(attachment);
        const icon = attachment.cell_id ? notebookIcon : fileIcon;
        return (
          <li key={index} className="jca-Composer-chip" title={attachment.path}>
            <icon.react tag="span" stylesheet="menuItem" aria-hidden="true" />
            <span className="jca-Composer-chipLabel">{label}</span>
            <button
              type="button"
              className="jca-Composer-chipRemove"
              aria-label={trans.__('Remove %1', label)}
              title={trans.__('Remove %1', label)}
              onClick={() => onRemove(attachment)}
            >
              <closeIcon.react tag="span" aria-hidden="true" />
            </button>
          </li>
        );
      })}
    </ul>
  );
}
