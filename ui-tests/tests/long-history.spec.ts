import { Api } from '../api';
import { expect, makeScene, test } from '../fixtures';
import { postMany } from '../load';
import { longestBlock, median, note, watchUntilUsable } from '../measure';

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
    await ann.panel.open({ name: 'Everyone' });
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
  note(
    'main thread blocked by a new message, worst of 10',
    Math.max(...blocks)
  );
  note('main thread blocked by a new message, median', median(blocks));
  expect(median(blocks)).toBeLessThanOrEqual(30);
});
