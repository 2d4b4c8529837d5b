import { Locator } from '@playwright/test';
import { Api } from '../api';
import { expect, makeScene, test } from '../fixtures';

/** Each sets `window.pwned`, opens a dialog, or calls out, if it gets through. */
const CORPUS = [
  '<script>window.pwned = 1</script>',
  '<img src=x onerror="window.pwned = 2">',
  '<svg onload="window.pwned = 3"><circle r=9 /></svg>',
  '<svg><script>window.pwned = 4</script></svg>',
  '<a href="javascript:window.pwned=5">click</a>',
  '[click](javascript:window.pwned=6)',
  '[click](data:text/html,<script>window.pwned=7</script>)',
  '![](https://collector.example/pixel.png)',
  '![alt][1]\n\n[1]: https://collector.example/reference.png',
  '<img src="https://collector.example/tag.png">',
  '<img srcset="https://collector.example/set.png 2x" src="x">',
  '<picture><source srcset="https://collector.example/p.png"></picture>',
  '<video src="https://collector.example/v.mp4" poster="https://collector.example/v.png" autoplay></video>',
  '<audio src="https://collector.example/a.mp3" autoplay></audio>',
  '<iframe src="https://collector.example/"></iframe>',
  '<iframe srcdoc="<script>parent.pwned=8</script>"></iframe>',
  '<object data="https://collector.example/o"></object><embed src="https://collector.example/e">',
  '<link rel="stylesheet" href="https://collector.example/s.css">',
  '<style>@import url(https://collector.example/i.css); * { background: url(https://collector.example/b.png) }</style>',
  '<div style="background:url(https://collector.example/d.png)">styled</div>',
  '<form action="https://collector.example/f"><input name=q autofocus onfocus="window.pwned=9"><button>Log in</button></form>',
  '<meta http-equiv="refresh" content="0;url=https://collector.example/">',
  '<base href="https://collector.example/">',
  '<math><mtext><img src=x onerror="window.pwned=10"></mtext></math>',
  '$\\href{javascript:window.pwned=11}{x}$ $\\style{background:url(https://collector.example/t.png)}{x}$',
  '$\\unicode{<img src=x onerror=window.pwned=12>}$',
  '<details open ontoggle="window.pwned=13"><summary>s</summary></details>',
  '<div data-commandlinker-command="apputils:reset" data-commandlinker-args="{}">run</div>',
  '```mermaid\ngraph LR; a["<img src=x onerror=window.pwned=14>"] --> b\nclick a "javascript:window.pwned=15"\n```',
  '<dialog open>Session expired</dialog><script>alert(1)</script>',
  '<div id="jupyter-collab-agents:panel" class="jca-Message">clobbered</div><form id="jupyterapp"></form>'
];

test('nothing in a message runs, loads or calls out', async ({
  as,
  launch
}) => {
  // all of it at once, which is more than anybody types
  const server = await launch(['CollabAgents.command_burst=100']);
  const scene = await makeScene(server, 'Hostile');
  const api = new Api(server, 'ben');
  for (const [index, text] of CORPUS.entries()) {
    await api.post(scene.id, `attack ${index}\n\n${text}\n\n`);
  }
  await api.post(scene.id, 'the end of it');
  const ann = await as('ann', server);
  // whatever would leave is recorded by the guard; nothing may really leave
  await ann.page.route('https://collector.example/**', route => route.abort());
  await ann.panel.open(scene);

  await expect(ann.panel.message('the end of it')).toBeVisible();

  // only what is seen is drawn: look at all of it on the way up
  const drawn = new Set<string>();
  const found = new Set<string>();
  const lookAndScroll = async (): Promise<number> => {
    const now = await look(ann.panel.log);
    now.attacks.forEach(name => drawn.add(name));
    now.forbidden.forEach(html => found.add(html));
    await ann.panel.scroll(-300);
    return drawn.size;
  };
  await expect.poll(lookAndScroll, { intervals: [50] }).toBe(CORPUS.length);
  expect([...found]).toEqual([]);
  expect(await ann.page.evaluate(() => (window as any).pwned)).toBeUndefined();
  // the guard of the page fails the test if anything asked the network
});

/** Which attacks are drawn now, and what of them may not be there. */
function look(
  log: Locator
): Promise<{ attacks: string[]; forbidden: string[] }> {
  return log.evaluate(
    (list: HTMLElement, selectors) => ({
      attacks: list.innerText.match(/attack \d+/g) ?? [],
      forbidden: [
        ...list.querySelectorAll<HTMLElement>(selectors.join(','))
      ].map(element => element.outerHTML)
    }),
    FORBIDDEN
  );
}

const FORBIDDEN = [
  'script',
  'iframe',
  'object',
  'embed',
  'form',
  'input',
  'style',
  'link',
  'meta',
  'base',
  'dialog',
  'video',
  'audio',
  '[onerror]',
  '[onload]',
  '[ontoggle]',
  '[data-commandlinker-command]',
  'a[href^="javascript:"]',
  'a[href^="data:"]',
  'img[src^="http"]'
];

test('names cannot pass for something else', async ({ as, server }) => {
  const api = new Api(server, 'ann');
  const turned = await api.createSession({ name: 'Sales\u202Egpj.exe' });
  expect(turned.name).toBe('Salesgpj.exe');
  const odd = await api.createSession({ name: '<b>Bold</b> & "quoted"' });
  const ann = await as('ann');
  await ann.panel.open({ id: odd.session_id, name: odd.name });
  await expect(ann.panel.sessionName).toContainText('<b>Bold</b> & "quoted"');
});
