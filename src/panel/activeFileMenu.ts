import { SessionModel } from '../model/session';
import { IPanelServices } from './context';
import { MenuEntry } from './menu';

/** Choose the file that the session looks at. */
export function activeFileMenu(
  services: IPanelServices,
  session: SessionModel
): MenuEntry[] {
  const { trans, workspace } = services;
  const active = session.state?.active_file ?? null;
  const current = workspace.currentFile();
  const may = session.can('set_active_file');
  const look = (path: string | null): void =>
    session.ask({ type: 'session.set_active_file', path });
  const entries: MenuEntry[] = [
    {
      label: trans.__('Look at the file I am in'),
      caption: current ?? undefined,
      checked: current !== null && current === active,
      disabled: !may || current === null || current === active,
      run: () => look(current)
    }
  ];
  if (active !== null) {
    entries.push({
      label: trans.__('Look at no file'),
      disabled: !may,
      run: () => look(null)
    });
  }
  return entries;
}
