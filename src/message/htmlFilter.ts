/**
 * What a chat message may contain, as an allow-list over sanitised HTML.
 *
 * JupyterLab's sanitiser is made for documents: it lets through remote images,
 * form controls, media, inline styles, ids and buttons that run commands. A
 * message comes from somebody else and is drawn unasked, so it gets none of
 * these, and nothing in it makes the browser fetch anything.
 */

/** The words that the filter itself writes. */
export interface IFilterWords {
  /** Stands for an image that is not shown, with the place it is from. */
  image(place: string): string;
}

/** Elements that stay. Any other HTML element is replaced by its children. */
const KEPT = new Set(
  (
    'a abbr b bdi bdo blockquote br caption cite code col colgroup dd del ' +
    'details dfn div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i img ' +
    'ins kbd li mark ol p pre q s samp small span strong sub summary sup ' +
    'table tbody td tfoot th thead time tr tt u ul var wbr'
  ).split(' ')
);

/** Elements that go with everything inside: their text is not prose. */
const DROPPED = new Set(
  (
    'applet audio base canvas datalist embed frame frameset iframe link math ' +
    'meta noembed noframes noscript object optgroup option param plaintext ' +
    'script select source style svg template textarea title track video xmp'
  ).split(' ')
);

const GLOBAL_ATTRIBUTES = new Set(['dir', 'lang']);

/** Further attributes, by element; `class`, `href` and `src` have own rules. */
const ATTRIBUTES: { [tag: string]: ReadonlySet<string> } = {
  abbr: new Set(['title']),
  col: new Set(['span']),
  colgroup: new Set(['span']),
  details: new Set(['open']),
  img: new Set(['alt', 'height', 'width']),
  li: new Set(['value']),
  ol: new Set(['reversed', 'start']),
  td: new Set(['align', 'colspan', 'rowspan']),
  th: new Set(['align', 'colspan', 'rowspan', 'scope']),
  time: new Set(['datetime'])
};

const IMAGE_DATA = /^data:image\/(?:avif|bmp|gif|jpe?g|png|svg\+xml|webp)[;,]/i;

const LINK_SCHEMES = new Set(['http:', 'https:', 'mailto:']);

const HTML_NAMESPACE = 'http://www.w3.org/1999/xhtml';

/** Deeper nesting is flattened: engines are slow, or give up, on deep trees. */
const MAX_DEPTH = 64;

/**
 * The allowed part of `html`, as HTML.
 *
 * Works in an inert document, where no script runs and no image loads.
 */
export function filterHtml(html: string, words: IFilterWords): string {
  const body = new DOMParser().parseFromString(html, 'text/html').body;
  filterChildren(body, words, 0);
  return body.innerHTML;
}

/** The absolute address of a link in a message; null when it may not be one. */
export function safeLink(href: string): string | null {
  let url: URL;
  try {
    url = new URL(href);
  } catch {
    return null;
  }
  return LINK_SCHEMES.has(url.protocol) ? url.href : null;
}

function filterChildren(
  parent: Element,
  words: IFilterWords,
  depth: number
): void {
  for (const node of Array.from(parent.childNodes)) {
    if (node.nodeType === Node.TEXT_NODE) {
      continue;
    }
    if (node.nodeType !== Node.ELEMENT_NODE) {
      node.remove();
      continue;
    }
    filterElement(node as Element, words, depth);
  }
}

function filterElement(
  element: Element,
  words: IFilterWords,
  depth: number
): void {
  const tag = element.localName;
  if (element.namespaceURI !== HTML_NAMESPACE || DROPPED.has(tag)) {
    element.remove();
    return;
  }
  if (tag === 'input') {
    element.replaceWith(checkMark(element));
    return;
  }
  if (depth > MAX_DEPTH) {
    element.replaceWith(element.textContent ?? '');
    return;
  }
  filterChildren(element, words, depth + 1);
  if (tag === 'img' && !IMAGE_DATA.test(element.getAttribute('src') ?? '')) {
    element.replaceWith(imageLink(element, words));
    return;
  }
  if (!KEPT.has(tag)) {
    element.replaceWith(...Array.from(element.childNodes));
    return;
  }
  if (tag === 'a' && !hardenLink(element)) {
    element.replaceWith(...Array.from(element.childNodes));
    return;
  }
  filterAttributes(element, tag);
}

function filterAttributes(element: Element, tag: string): void {
  for (const { name, value } of Array.from(element.attributes)) {
    if (name === 'class') {
      const classes = value.split(/\s+/).filter(word => isCodeClass(tag, word));
      if (classes.length) {
        element.setAttribute('class', classes.join(' '));
        continue;
      }
    }
    const kept =
      GLOBAL_ATTRIBUTES.has(name) ||
      ATTRIBUTES[tag]?.has(name) ||
      (tag === 'img' && name === 'src') ||
      (tag === 'a' && ['href', 'rel', 'target', 'title'].includes(name));
    if (!kept) {
      element.removeAttribute(name);
    }
  }
}

/** Only what the highlighter writes; other classes could dress up as our UI. */
function isCodeClass(tag: string, word: string): boolean {
  if (tag === 'code' || tag === 'pre') {
    return /^language-[\w+#.-]+$/.test(word);
  }
  return tag === 'span' && /^\u037c\w+$/.test(word);
}

/** False when the link leads nowhere that a message may lead to. */
function hardenLink(link: Element): boolean {
  const href = safeLink(link.getAttribute('href') ?? '');
  if (href === null) {
    return false;
  }
  link.setAttribute('href', href);
  link.setAttribute('title', href);
  link.setAttribute('target', '_blank');
  link.setAttribute('rel', 'noopener noreferrer');
  return true;
}

function imageLink(image: Element, words: IFilterWords): Element {
  const document = image.ownerDocument;
  const source = (image.getAttribute('src') ?? '').trim();
  const absolute = source.startsWith('//') ? `https:${source}` : source;
  const href = safeLink(absolute);
  // a link inside a link would be torn apart by the parser
  const link = document.createElement(
    href !== null && !image.closest('a') ? 'a' : 'span'
  );
  const place = href === null ? nameOf(source) : new URL(href).host;
  link.textContent = words.image(place);
  if (href !== null && link.localName === 'a') {
    link.setAttribute('href', href);
    hardenLink(link);
  }
  return link;
}

function nameOf(source: string): string {
  if (/^[a-z][a-z\d+.-]*:/i.test(source)) {
    return source.slice(0, source.indexOf(':'));
  }
  return source.split(/[?#]/)[0].split('/').pop()?.slice(0, 80) || '?';
}

/** GitHub's task lists come as checkboxes: show their state, as text. */
function checkMark(input: Element): Node {
  const document = input.ownerDocument;
  if (input.getAttribute('type')?.toLowerCase() !== 'checkbox') {
    return document.createTextNode('');
  }
  return document.createTextNode(
    input.hasAttribute('checked') ? '\u2611' : '\u2610'
  );
}
