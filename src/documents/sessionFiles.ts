import { DisposableDelegate, IDisposable } from '@lumino/disposable';
import { ISignal } from '@lumino/signaling';
import { PresenceState, SessionState } from '../protocol.gen';
import { Documents } from './documents';

interface IFilesOfSession {
  readonly state: SessionState | null;
  readonly presence: ReadonlyMap<string, PresenceState>;
  readonly sessionChanged: ISignal<unknown, void>;
  readonly presenceChanged: ISignal<unknown, unknown>;
}

/** The files of a session: those it is about, and those somebody is in. */
export function filesOf({
  state,
  presence
}: Pick<IFilesOfSession, 'state' | 'presence'>): Set<string> {
  const paths = new Set(state?.files ?? []);
  if (state?.active_file) {
    paths.add(state.active_file);
  }
  for (const { location, activity } of presence.values()) {
    if (location && activity !== 'offline') {
      paths.add(location.path);
    }
  }
  return paths;
}

/** Hear of a session's files also while they are not open here. */
export function watchSessionFiles(
  session: IFilesOfSession,
  documents: Documents
): IDisposable {
  const watched = new Map<string, IDisposable>();
  const update = (): void => {
    const wanted = filesOf(session);
    for (const path of wanted) {
      if (!watched.has(path)) {
        watched.set(path, documents.watch(path));
      }
    }
    for (const [path, watch] of watched) {
      if (!wanted.has(path)) {
        watched.delete(path);
        watch.dispose();
      }
    }
  };
  session.sessionChanged.connect(update);
  session.presenceChanged.connect(update);
  update();
  return new DisposableDelegate(() => {
    session.sessionChanged.disconnect(update);
    session.presenceChanged.disconnect(update);
    watched.forEach(watch => watch.dispose());
  });
}
