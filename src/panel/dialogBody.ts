import { ReactWidget } from '@jupyterlab/ui-components';
import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';

/**
 * The body of a dialog, drawn already: a dialog looks once, when it opens, for
 * the first thing that the Tab key leads to after its last button.
 */
export async function dialogBody(form: JSX.Element): Promise<Widget> {
  const body = ReactWidget.create(form);
  body.addClass('jca-Invite-dialog');
  MessageLoop.sendMessage(body, Widget.Msg.UpdateRequest);
  await body.renderPromise;
  return body;
}
