import { Api } from '../api';
import { expect, makeScene, test } from '../fixtures';
import { FAILING_CELL } from '../notebook';
import { photograph } from '../screenshots';

// docs/images/panel-light.png and panel-dark.png are the pictures of this test
test('two people and an agent find out why a cell fails', async ({
  as,
  server,
  folder
}) => {
  const scene = await makeScene(server, 'Sales review');
  const ann = await as('ann');
  const ben = await as('ben');
  for (const { notebook, panel } of [ann, ben]) {
    await notebook.open(folder);
    await panel.open(scene);
    await panel.setWidth(420);
  }
  await ben.notebook.enter(FAILING_CELL + 1);
  await ben.panel.send(
    'I need the **net** amount for the report, $\\text{total} / (1 + r)$, but cell 7 fails.'
  );
  await ann.notebook.enter(FAILING_CELL);
  await ann.panel.send('@notebook why does this fail?');
  const answer = ben.panel.answer('notebook');
  await expect(answer).toContainText('Next');
  await ben.panel.send('Right, I move cell 8 up and run both.');
  await ben.panel.react('stopped at line', '♥');
  await new Api(server, 'ben').post(scene.id, '@ann have a look afterwards?');
  await expect(ann.panel.message('have a look afterwards')).toBeVisible();
  await expect(ann.notebook.whoIsIn(FAILING_CELL + 1)).toContainText('B');
  await photograph(ann.page, 'tour');
});
