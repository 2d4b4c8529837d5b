import { Api } from '../api';
import { expect, makeScene, test } from '../fixtures';
import { postMany } from '../load';
import { longestBlock, note, quantile, watchUntilUsable } from '../measure';

const MESSAGES = 5000;

// a trace photographs the page on the thread that is measured
test.use({ trace: 'off' });

test('a session of 5,000 messages opens at once and stays fluid', async ({
  as,
  launch
}) => {
  test.slow();
  // the history is made in seconds
  const server = await launch([
    'CollabAgents.command_rate=100000',
    'CollabAgents.command_burst=100000'
  ]);
  const scene = await makeScene(server, 'Long history');
  const ben = await as('ben', server);
  await postMany(ben.page, scene.id, MESSAGES);

  const ann = await as('ann', server);
  await ann.panel.open();
  const openings: number[] = [];
  for (let n = 0; n < 5; n++) {
    await ann.panel.switchTo('Everyone');
    await ann.panel.live();
    const usable = await watchUntilUsable(
      ann.page,
      scene.id,
      `message ${MESSAGES}`
    );
    await ann.panel.open(scene);
    openings.push(await usable());
  }
  note('usable after the socket opened, first time', openings[0]);
  note('usable after the socket opened, best of 5', Math.min(...openings));
  // the machine's other work only ever adds to it
  expect(Math.min(...openings)).toBeLessThanOrEqual(300);

  // the pages before come as one goes up
  const goUp = async (): Promise<number> => {
    await ann.panel.scroll(-3000);
    const shown = await ann.panel.log.innerText();
    const numbers = [...shown.matchAll(/message (\d+)/g)].map(m =>
      Number(m[1])
    );
    return Math.min(...numbers);
  };
  await expect.poll(goUp, { intervals: [50] }).toBeLessThan(MESSAGES - 250);
  await ann.panel.root.getByRole('button', { name: /^To the newest/ }).click();
  await expect(ann.panel.message(`message ${MESSAGES}`)).toBeInViewport();

  const api = new Api(server, 'ben');
  const blocks: number[] = [];
  for (let n = 0; n < 10; n++) {
    blocks.push(
      await longestBlock(ann.page, async () => {
        await api.post(scene.id, `one more ${n}`);
        await expect(ann.panel.message(`one more ${n}`)).toBeVisible();
      })
    );
  }
  // a gap is as well the turn of another process: what a message costs shows
  // when the machine has time
  for (const share of [0.25, 0.5, 1]) {
    const name = `main thread blocked by a new message, quantile ${share}`;
    note(name, quantile(blocks, share));
  }
  expect(quantile(blocks, 0.25)).toBeLessThanOrEqual(30);
});
