import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { Signal } from '@lumino/signaling';
import * as schema from '../../../schema/plugin.json';
import { commands } from '../commands';
import { Commands } from '../services';
import { statusBar } from '../statusbar';

let registry: CommandRegistry;
let inPalette: string[];
let inLauncher: string[];
let shown: number;
let collab: any;
let panel: any;
let choices: any;

beforeEach(async () => {
  registry = new CommandRegistry();
  [inPalette, inLauncher, shown] = [[], [], 0];
  collab = { session: null };
  collab.sessionChanged = new Signal(collab);
  choices = { notify: true, setNotify: (to: boolean) => (choices.notify = to) };
  choices.changed = new Signal(choices);
  panel = {
    show: () => shown++,
    services: {
      trans: nullTranslator.load(''),
      workspace: { activeCell: () => null }
    }
  };
  await commands.activate(
    { commands: registry } as any,
    collab,
    panel,
    choices,
    { addItem: ({ command }: any) => inPalette.push(command) },
    { add: ({ command }: any) => inLauncher.push(command) },
    null
  );
});

function openSession(...permissions: string[]): string[] {
  const went: string[] = [];
  const session: any = {
    following: null,
    can: (what: string) => permissions.includes(what),
    navigation: { go: ({ kind }: any) => went.push(kind) }
  };
  session.permissionsChanged = new Signal(session);
  session.followingChanged = new Signal(session);
  collab.session = session;
  collab.sessionChanged.emit(session);
  return went;
}

test('every command has a label, and people find it in the palette', () => {
  for (const id of registry.listCommands()) {
    expect(registry.label(id)).not.toBe('');
  }
  const withoutArguments = registry
    .listCommands()
    .filter(id => id !== Commands.openSession);
  expect(inPalette.sort()).toEqual(withoutArguments.sort());
});

test('the launcher and the palette open the panel', async () => {
  expect(inLauncher).toEqual([Commands.open]);
  await registry.execute(Commands.open);
  expect(shown).toBe(1);
});

test('what needs a session waits for one, and for the permission', async () => {
  expect(registry.isEnabled(Commands.search)).toBe(false);
  expect(registry.isEnabled(Commands.invite)).toBe(false);
  const went = openSession();
  expect(registry.isEnabled(Commands.search)).toBe(true);
  expect(registry.isEnabled(Commands.invite)).toBe(false);
  for (const id of [Commands.search, Commands.threads, Commands.context]) {
    await registry.execute(id);
  }
  expect(went).toEqual(['search', 'threads', 'context']);
  openSession('invite');
  expect(registry.isEnabled(Commands.invite)).toBe(true);
});

test('do not disturb is switched on and off', async () => {
  expect(registry.isToggled(Commands.toggleNotifications)).toBe(false);
  await registry.execute(Commands.toggleNotifications);
  expect(registry.isToggled(Commands.toggleNotifications)).toBe(true);
});

test('keys, toolbars and menus name commands that there are', () => {
  const settings = schema as any;
  const named = [
    ...settings['jupyter.lab.shortcuts'],
    ...Object.values<any>(settings['jupyter.lab.toolbars']).flat(),
    ...Object.values<any>(settings['jupyter.lab.menus']).flat()
  ].map(one => one.command);
  const known: string[] = Object.values(Commands);
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter(command => !known.includes(command))).toEqual([]);
});

test('the status bar has an item, also before there is a session', async () => {
  const items: any[] = [];
  await statusBar.activate({} as any, collab, panel, {
    registerStatusItem: (id: string, item: any) => items.push(item)
  });
  expect(items).toHaveLength(1);
  expect(items[0].isActive()).toBe(true);
  items[0].item.dispose();
});
