import { Notification } from '@jupyterlab/apputils';
import { TranslationBundle } from '@jupyterlab/translation';
import { IDisposable } from '@lumino/disposable';
import { Location, RevealRequested } from '../protocol.gen';
import { ISessionView } from '../tokens';
import { listen } from './disposal';

/** An invitation to look at something gets old, in ms. */
const SHOWN_FOR = 20_000;

/** Who asks, and where to. */
export function requestWords(
  name: string,
  location: Location,
  trans: TranslationBundle
): string {
  const file = location.path.split('/').pop() || location.path;
  const index = location.cell_index ?? null;
  return index === null
    ? trans.__('%1 asks everyone to look at %2.', name, file)
    : trans.__(
        '%1 asks everyone to look at cell %2 of %3.',
        name,
        index + 1,
        file
      );
}

/** Shows who wants everybody somewhere; takes nobody there unasked. */
export function showRevealRequests(
  session: ISessionView,
  goThere: (location: Location) => void,
  trans: TranslationBundle
): IDisposable {
  const shown = new Map<string, string>();
  return listen(session.revealRequests, (request: RevealRequested) => {
    const { actor, location } = request;
    if (actor === session.me) {
      return;
    }
    const name =
      session.participants[actor]?.profile.name ?? trans.__('Somebody');
    // the last request of each is enough
    const old = shown.get(actor);
    if (old !== undefined && Notification.manager.has(old)) {
      Notification.dismiss(old);
    }
    const id = Notification.info(requestWords(name, location, trans), {
      autoClose: SHOWN_FOR,
      actions: [
        {
          label: trans.__('Go there'),
          displayType: 'accent',
          callback: () => goThere(location)
        }
      ]
    });
    shown.set(actor, id);
  });
}
