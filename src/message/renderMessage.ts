import {
  IRenderMime,
  IRenderMimeRegistry,
  renderMarkdown
} from '@jupyterlab/rendermime';
import { blocksToTypeset } from './formulas';
import { IMention, markMentions } from './mentionMarks';

/** What rendering needs besides the text. */
export interface IRenderOptions {
  rendermime: IRenderMimeRegistry;
  sanitizer: IRenderMime.ISanitizer;
  mentions: readonly IMention[];
}

/**
 * Markdown, as JupyterLab draws it, in a node that is not in the page yet.
 *
 * Uses JupyterLab's function and not a renderer from the registry: whoever
 * replaced the renderer of `text/markdown` need not honour the sanitiser.
 */
export async function renderMessage(
  text: string,
  options: IRenderOptions
): Promise<HTMLElement> {
  const { rendermime, sanitizer, mentions } = options;
  const host = document.createElement('div');
  host.className = 'jca-MessageBody-content jp-RenderedHTMLCommon';
  await renderMarkdown({
    host,
    source: text,
    trusted: false,
    sanitizer,
    resolver: null,
    linkHandler: null,
    shouldTypeset: false,
    latexTypesetter: null,
    markdownParser: rendermime.markdownParser
  });
  dropHeadingAnchors(host);
  markMentions(host, mentions);
  const typesetter = rendermime.latexTypesetter;
  if (typesetter) {
    // one block after the other: MathJax works on one element at a time
    for (const block of blocksToTypeset(host)) {
      await typesetter.typeset(block);
    }
  }
  hardenLinks(host);
  return host;
}

/** A message is no document: its headings are nobody's link target. */
function dropHeadingAnchors(host: HTMLElement): void {
  host
    .querySelectorAll('a.jp-InternalAnchorLink')
    .forEach(anchor => anchor.remove());
  host
    .querySelectorAll('[data-jupyter-id]')
    .forEach(heading => heading.removeAttribute('data-jupyter-id'));
}

/** The renderer weakens what the filter has set on links. */
function hardenLinks(host: HTMLElement): void {
  host.querySelectorAll('a').forEach(link => {
    link.setAttribute('target', '_blank');
    link.setAttribute('rel', 'noopener noreferrer');
  });
}
