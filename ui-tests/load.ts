import { Page } from '@playwright/test';

/** Fill a session with `message 1` … `message N` over one socket of this page. */
export async function postMany(
  page: Page,
  sessionId: string,
  count: number
): Promise<void> {
  await page.evaluate(
    async ([id, total]) => {
      const address = new URL(
        `/api/collab-agents/sessions/${id}/join?protocol=1`,
        window.location.href
      );
      address.protocol = 'ws:';
      const socket = new WebSocket(address);
      let acks = 0;
      await new Promise<void>((done, fail) => {
        socket.onopen = () => {
          for (let first = 1; first <= total; first += 100) {
            const commands = [];
            for (let n = first; n < first + 100 && n <= total; n++) {
              commands.push({
                type: 'chat.post',
                ref: `load-${n}`,
                body: `message ${n}\n\nwith **two** lines`
              });
            }
            socket.send(JSON.stringify(commands));
          }
        };
        socket.onmessage = ({ data }) => {
          for (const { type, message } of JSON.parse(data)) {
            if (type === 'rejected') {
              fail(new Error(message));
            }
            acks += type === 'ack' ? 1 : 0;
          }
          if (acks === total) {
            done();
          }
        };
        socket.onclose = ({ code }) => fail(new Error(`closed with ${code}`));
      });
      socket.onclose = null;
      socket.close();
    },
    [sessionId, count] as const
  );
}
