import { ConsoleMessage, Page } from '@playwright/test';

/** What every page of ours may say, and why. */
const ALLOWED: [RegExp, string][] = [
  [
    /Unsatisfied version .* of shared singleton module/,
    'JupyterLab and its libraries differ in a patch version'
  ],
  [
    /Failed to load resource: the server responded with a status of 404 .*|404 \(Not Found\)/,
    'JupyterLab asks for workspaces and checkpoints that are not there yet'
  ]
];

/**
 * Watches a page for what must never happen: uncaught errors, errors on the
 * console, dialogs, and requests to anybody but our server.
 */
export class Guard {
  constructor(page: Page, origin: string) {
    page.on('pageerror', error => this.add(`uncaught: ${error.stack}`));
    page.on('console', message => this.onConsole(message));
    page.on('dialog', dialog => {
      if (dialog.type() === 'beforeunload') {
        void dialog.accept();
        return;
      }
      this.add(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('request', request => {
      const { protocol, host } = new URL(request.url());
      if (/^https?:$/.test(protocol) && `${protocol}//${host}` !== origin) {
        this.add(`request to ${request.url()}`);
      }
    });
    page.on('websocket', socket => {
      if (new URL(socket.url()).host !== new URL(origin).host) {
        this.add(`socket to ${socket.url()}`);
      }
    });
  }

  /** From here on for another test. */
  begin(): void {
    this.seen = [];
    this.allowed = [...ALLOWED];
  }

  /** Expect console errors like this one in this test; say why. */
  allow(pattern: RegExp, reason: string): void {
    this.allowed.push([pattern, reason]);
  }

  get found(): string[] {
    return this.seen.filter(
      text => !this.allowed.some(([pattern]) => pattern.test(text))
    );
  }

  private onConsole(message: ConsoleMessage): void {
    if (message.type() === 'error') {
      this.add(`console: ${message.text()} (${message.location().url})`);
    }
  }

  private add(text: string): void {
    this.seen.push(text);
  }

  private seen: string[] = [];
  private allowed = [...ALLOWED];
}
