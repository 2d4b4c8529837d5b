/** Questions that the panel asks. Each says what happens and waits for it. */

import {
  Dialog,
  InputDialog,
  Notification,
  showDialog,
  showErrorMessage
} from '@jupyterlab/apputils';
import { TranslationBundle } from '@jupyterlab/translation';
import { CollabModel } from '../model/collab';
import { SessionModel } from '../model/session';
import {
  exportTranscript,
  ExportFormat,
  reason,
  RequestError
} from '../request';

type Trans = TranslationBundle;

/** Do something over HTTP; a refusal is told in a dialog. */
export async function attempt(
  title: string,
  action: () => Promise<unknown>
): Promise<boolean> {
  try {
    await action();
    return true;
  } catch (error) {
    await showErrorMessage(title, reason(error));
    return false;
  }
}

export async function askRename(
  session: SessionModel,
  trans: Trans
): Promise<void> {
  const { value } = await InputDialog.getText({
    title: trans.__('Rename the session'),
    label: trans.__('New name'),
    text: session.state?.name ?? '',
    okLabel: trans.__('Rename')
  });
  if (value?.trim() && value.trim() !== session.state?.name) {
    session.ask({ type: 'session.rename', name: value.trim() });
  }
}

export async function askFiles(
  session: SessionModel,
  pick: () => Promise<{ path: string }[]>
): Promise<void> {
  const files = (await pick()).map(file => file.path);
  if (files.length) {
    const known = session.state?.files ?? [];
    const added = files.filter(path => !known.includes(path));
    session.ask({ type: 'session.set_files', files: [...known, ...added] });
  }
}

async function confirm(
  title: string,
  body: string,
  button: string,
  trans: Trans
): Promise<boolean> {
  const { button: pressed } = await showDialog({
    title,
    body,
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      Dialog.warnButton({ label: button })
    ]
  });
  return pressed.accept;
}

export async function askDelete(
  collab: CollabModel,
  session: SessionModel,
  trans: Trans
): Promise<void> {
  const yes = await confirm(
    trans.__('Delete “%1”?', session.state?.name ?? ''),
    trans.__(
      'The session and all its messages are deleted for everybody. This cannot be taken back. Archiving keeps them.'
    ),
    trans.__('Delete for everybody'),
    trans
  );
  if (!yes) {
    return;
  }
  try {
    await session.command({ type: 'session.delete' });
  } catch (error) {
    // the session may be gone before its answer
    if (!(error instanceof RequestError && error.code === 'network')) {
      await showErrorMessage(trans.__('Not deleted'), reason(error));
      return;
    }
  }
  collab.close();
}

export async function askLeave(
  collab: CollabModel,
  session: SessionModel,
  trans: Trans
): Promise<void> {
  const yes = await confirm(
    trans.__('Leave “%1”?', session.state?.name ?? ''),
    trans.__(
      'You will not get its messages any more. Closing the tab is not leaving.'
    ),
    trans.__('Leave'),
    trans
  );
  const left =
    yes &&
    (await attempt(trans.__('Not left'), () =>
      session.command({ type: 'participant.leave' })
    ));
  if (left) {
    collab.close();
  }
}

export async function askRemove(
  session: SessionModel,
  participantId: string,
  ban: boolean,
  trans: Trans
): Promise<void> {
  const name = session.nameOf(participantId);
  const yes = await confirm(
    ban ? trans.__('Ban %1?', name) : trans.__('Remove %1?', name),
    ban
      ? trans.__('%1 is taken out and cannot come back until unbanned.', name)
      : trans.__('%1 is taken out and may be invited again.', name),
    ban ? trans.__('Ban') : trans.__('Remove'),
    trans
  );
  if (yes) {
    session.ask({
      type: 'participant.remove',
      participant_id: participantId,
      ban
    });
  }
}

export async function askDeleteMessage(
  session: SessionModel,
  messageId: string,
  trans: Trans
): Promise<void> {
  const yes = await confirm(
    trans.__('Delete this message?'),
    trans.__('Its text and its earlier texts are erased for everybody.'),
    trans.__('Delete'),
    trans
  );
  if (yes) {
    session.ask({ type: 'chat.delete', message_id: messageId });
  }
}

/** Save the transcript as a file. */
export async function download(
  collab: CollabModel,
  session: SessionModel,
  format: ExportFormat,
  trans: Trans
): Promise<void> {
  await attempt(trans.__('Not exported'), async () => {
    const blob = await exportTranscript(
      session.sessionId,
      format,
      collab.settings
    );
    const url = URL.createObjectURL(blob);
    const link = document.createElement('a');
    link.href = url;
    link.download = `${session.state?.name ?? 'session'}.${format}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  });
}

/** Put a text on the clipboard and say so. */
export async function copyText(text: string, said: string): Promise<void> {
  await navigator.clipboard.writeText(text);
  Notification.info(said, { autoClose: 2000 });
}
