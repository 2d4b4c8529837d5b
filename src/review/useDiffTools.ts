import * as React from 'react';
import { CellType } from '../protocol.gen';
import { reason } from '../request';
import { IDiffTools, PLAIN } from './diff';
import { useReview } from './reviewContext';

/** First none, then those for the language of a place. */
export function useDiffTools(
  path: string,
  cellType: CellType | null
): IDiffTools {
  const { parser } = useReview();
  const [tools, setTools] = React.useState<IDiffTools>(PLAIN);
  React.useEffect(() => {
    let wanted = true;
    Promise.all([import('./codeColours'), parser(path, cellType)]).then(
      ([{ diffTools }, found]) => wanted && setTools(diffTools(found)),
      error => console.debug(reason(error)) // it can be read without colours
    );
    return () => {
      wanted = false;
    };
  }, [path, cellType, parser]);
  return tools;
}
