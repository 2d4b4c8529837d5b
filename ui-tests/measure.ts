import { BrowserContext, Page, test } from '@playwright/test';
import { PANEL_ID } from './panel';

/**
 * Note when each page of this context last opened a socket to a session. Tests
 * may close the last one, have later ones refused, or let them speak another
 * protocol.
 */
export async function noteSockets(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const opened: Record<string, number> = {};
    const control: { protocol?: number; refuse?: boolean; close(): void } = {
      close: () => undefined
    };
    (window as any).jcaTestSockets = opened;
    (window as any).jcaTestControl = control;
    window.WebSocket = class extends WebSocket {
      constructor(url: string | URL, protocols?: string | string[]) {
        const session = /sessions\/([^/]+)\/join/.exec(String(url))?.[1];
        let address = String(url);
        if (session && control.protocol) {
          address = address.replace(
            /protocol=\d+/,
            `protocol=${control.protocol}`
          );
        }
        if (session && control.refuse) {
          address = address.replace(/sessions.*/, 'nowhere');
        }
        super(address, protocols);
        if (session) {
          control.close = () => this.close();
          this.addEventListener('open', () => {
            opened[session] = performance.now();
          });
        }
      }
    };
  });
}

/**
 * Watch from now on; the result is the time in ms from the opening of the
 * session's socket until the panel shows this text and a composer.
 */
export async function watchUntilUsable(
  page: Page,
  sessionId: string,
  text: string
): Promise<() => Promise<number>> {
  await page.evaluate(
    ([id, wanted, panelId]) => {
      delete (window as any).jcaTestSockets[id];
      (window as any).jcaTestUsable = new Promise<number>(resolve => {
        const look = (): void => {
          const panel = document.getElementById(panelId);
          const opened = (window as any).jcaTestSockets[id];
          if (
            opened !== undefined &&
            panel?.textContent?.includes(wanted) &&
            panel.querySelector('[role="textbox"], textarea')
          ) {
            resolve(performance.now() - opened);
          } else {
            requestAnimationFrame(look);
          }
        };
        look();
      });
    },
    [sessionId, text, PANEL_ID] as const
  );
  return () => page.evaluate(() => (window as any).jcaTestUsable);
}

/**
 * The longest time in ms that the page's main thread is busy while `action`
 * runs: the widest gap between tasks that ask for nothing but their turn.
 * (The browser's own long-task entries begin at 50 ms only.)
 */
export async function longestBlock(
  page: Page,
  action: () => Promise<void>
): Promise<number> {
  await page.evaluate(() => {
    const channel = new MessageChannel();
    const meter = { widest: 0, stop: () => channel.port1.close() };
    let last = performance.now();
    channel.port1.onmessage = () => {
      const now = performance.now();
      meter.widest = Math.max(meter.widest, now - last);
      last = now;
      channel.port2.postMessage(null);
    };
    channel.port2.postMessage(null);
    (window as any).jcaTestMeter = meter;
  });
  await action();
  return page.evaluate(() => {
    const meter = (window as any).jcaTestMeter;
    meter.stop();
    return meter.widest;
  });
}

/** Keep a measured time with the test's result, and say it. */
export function note(type: string, milliseconds: number): void {
  const description = `${milliseconds.toFixed(0)} ms`;
  test.info().annotations.push({ type, description });
  console.log(`${type}: ${description}`);
}

/** The value below which this share (0 to 1) of the values lies. */
export function quantile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) * share)];
}
