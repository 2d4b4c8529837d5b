import { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import { FindParser } from '../review/reviewContext';

/** Of notebooks that are not open, most are in Python. */
const MOSTLY = 'text/x-ipython';
const MARKDOWN = 'text/x-ipythongfm';

/** Finds languages as JupyterLab's editors do. */
export function findParser(
  languages: IEditorLanguageRegistry | null,
  codeType: (path: string) => string | null
): FindParser {
  return async (path, cellType) => {
    const language =
      cellType === null
        ? languages?.findByFileName(path)
        : cellType === 'raw'
          ? null
          : languages?.findByMIME(
              cellType === 'markdown' ? MARKDOWN : (codeType(path) ?? MOSTLY)
            );
    const loaded = language && (await languages?.getLanguage(language));
    return loaded?.support?.language.parser ?? null;
  };
}
