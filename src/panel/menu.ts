import { LabIcon, MenuSvg } from '@jupyterlab/ui-components';
import { CommandRegistry } from '@lumino/commands';

export interface IMenuItem {
  readonly label: string;
  /** Explains it when pointed at. */
  readonly caption?: string;
  readonly icon?: LabIcon;
  readonly checked?: boolean;
  readonly disabled?: boolean;
  readonly run?: () => void;
  readonly items?: readonly MenuEntry[];
}

/** null draws a line. */
export type MenuEntry = IMenuItem | null;

function fill(
  menu: MenuSvg,
  commands: CommandRegistry,
  entries: readonly MenuEntry[]
): void {
  for (const entry of entries) {
    if (entry === null) {
      menu.addItem({ type: 'separator' });
      continue;
    }
    if (entry.items) {
      const submenu = new MenuSvg({ commands });
      submenu.title.label = entry.label;
      submenu.title.icon = entry.icon;
      fill(submenu, commands, entry.items);
      menu.addItem({ type: 'submenu', submenu });
      continue;
    }
    const command = `item-${commands.listCommands().length}`;
    commands.addCommand(command, {
      label: entry.label,
      caption: entry.caption ?? '',
      icon: entry.icon,
      isToggleable: entry.checked !== undefined,
      isToggled: () => entry.checked === true,
      isEnabled: () => !entry.disabled,
      describedBy: { args: { type: 'object', properties: {} } },
      execute: () => entry.run?.()
    });
    menu.addItem({ command });
  }
}

/** Open a menu below an element; JupyterLab's own look and keys. */
export function openMenu(
  below: Element,
  entries: readonly MenuEntry[],
  label: string
): void {
  const commands = new CommandRegistry();
  const menu = new MenuSvg({ commands });
  menu.node.setAttribute('aria-label', label);
  menu.addClass('jca-Menu');
  fill(menu, commands, entries);
  menu.aboutToClose.connect(() => {
    // the chosen command still has to run
    setTimeout(() => menu.dispose(), 0);
    if (below instanceof HTMLElement) {
      below.focus();
    }
  });
  const { left, bottom } = below.getBoundingClientRect();
  menu.open(left, bottom);
}
