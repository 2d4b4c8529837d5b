import { SessionModel } from '../model/session';
import { IWorkspace } from './context';

/** Offer everybody to come to the cell that I am in. */
export function bringEveryone(
  session: SessionModel,
  workspace: IWorkspace
): void {
  const location = workspace.activePlace();
  if (location) {
    session.sendEphemeral({ type: 'reveal.request', location });
  }
}
