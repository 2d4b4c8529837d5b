import { Locator } from '@playwright/test';
import { IJupyterLabPageFixture } from '@jupyterlab/galata';

export const NOTEBOOK = 'Sales review.ipynb';
/** Position of the cell that fails, from 0. */
export const FAILING_CELL = 6;

/** Open a file as the file browser does, and wait for its contents. */
export async function openFile(
  page: IJupyterLabPageFixture,
  path: string
): Promise<void> {
  await page.evaluate(async wanted => {
    const { commands } = (window as any).jupyterapp;
    const widget = await commands.execute('docmanager:open', { path: wanted });
    await widget.context.ready;
  }, path);
}

/** The demo's notebook in a page, with what we add to it. */
export class NotebookView {
  constructor(private readonly page: IJupyterLabPageFixture) {}

  async open(folder: string): Promise<void> {
    await openFile(this.page, `${folder}/${NOTEBOOK}`);
    await this.cell(0).waitFor();
  }

  /** A cell by its position, from 0. */
  cell(index: number): Locator {
    return this.page
      .locator('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook-cell')
      .nth(index);
  }

  async enter(index: number): Promise<void> {
    const editor = this.cell(index).locator('.jp-InputArea-editor');
    await editor.scrollIntoViewIfNeeded();
    await editor.click();
  }

  async discuss(index: number): Promise<void> {
    await this.enter(index);
    await this.discussButton(index).click();
  }

  private discussButton(index: number): Locator {
    return this.cell(index).getByRole('button', { name: /^Discuss this cell/ });
  }

  // locks

  /** Lock or release a cell, or ask for it, with the keyboard. */
  async lock(index: number): Promise<void> {
    await this.enter(index);
    await this.page.keyboard.press('ControlOrMeta+Alt+k');
  }

  /** The same in the toolbar of the active cell, if there is room for one. */
  lockButton(index: number): Locator {
    return this.cell(index).getByRole('button', {
      name: /^(Lock|Release|Ask .* for) this cell/
    });
  }

  /** Whose a cell is, in its corner. */
  lockBadge(index: number): Locator {
    return this.cell(index).getByRole('button', { name: /locked this cell/ });
  }

  /** Why typing into a cell does nothing. */
  hint(index: number): Locator {
    return this.cell(index).locator('.jca-GuardHint');
  }

  /** Change a cell behind its editor's back, as a script in the page does. */
  async overwrite(index: number, text: string): Promise<void> {
    await this.page.evaluate(
      ([at, source]) =>
        (window as any).jupyterapp.shell.currentWidget.content.model.sharedModel
          .getCell(at)
          .setSource(source),
      [index, text] as const
    );
  }

  /** The id of a cell, which stays when cells move. */
  idOf(index: number): Promise<string> {
    return this.page.evaluate(
      at =>
        (
          window as any
        ).jupyterapp.shell.currentWidget.content.model.sharedModel.getCell(at)
          .id,
      index
    );
  }

  /** What is proposed for a cell, under it. */
  proposal(index: number): Locator {
    return this.cell(index).locator('.jca-Proposal');
  }

  /** Both sides of a conflict, under its cell. */
  conflict(index: number): Locator {
    return this.cell(index).locator('.jca-Conflict');
  }

  /** What stands in a cell. */
  source(index: number): Promise<string> {
    return this.page.evaluate(
      at =>
        (window as any).jupyterapp.shell.currentWidget.content.model.sharedModel
          .getCell(at)
          .getSource(),
      index
    );
  }

  /** The line above a document: locked as a whole, only to be read, to be decided. */
  get strip(): Locator {
    return this.page.locator(
      '.lm-DockPanel-widget:not(.lm-mod-hidden) .jca-DocumentStrip:not(.lm-mod-hidden)'
    );
  }

  /** The mark of a cell about which something was said. */
  discussion(index: number): Locator {
    return this.cell(index).getByRole('button', { name: /^Discussion of/ });
  }

  /** The initials at the side of a cell of those who are in it. */
  whoIsIn(index: number): Locator {
    return this.cell(index).locator('.jca-CellBar-initials');
  }

  /** The drawn selection of the text in a cell. */
  selectionIn(index: number): Locator {
    return this.cell(index).locator('.cm-selectionBackground');
  }

  /** The line above the notebook that says in words who is where. */
  get guests(): Locator {
    return this.page.getByRole('list', { name: 'Also in this file' });
  }
}
