/** Conflicts as people read and decide them; pure. */

import { TranslationBundle } from '@jupyterlab/translation';
import {
  ConflictDetails,
  ConflictSummary,
  DocumentState,
  Keep
} from '../protocol.gen';

type Trans = TranslationBundle;

/** A conflict that waits, and the document that it is in. */
export interface IConflictPlace {
  readonly path: string;
  readonly conflict: ConflictSummary;
}

/** The open conflicts of some documents, by file, the oldest first. */
export function conflictList(
  states: Iterable<DocumentState>
): IConflictPlace[] {
  return [...states]
    .sort((a, b) => a.path.localeCompare(b.path))
    .flatMap(({ path, conflicts }) =>
      [...conflicts]
        .sort((a, b) => a.at - b.at)
        .map(conflict => ({ path, conflict }))
    );
}

/** Whose the edit was: a name, "You", or the file itself. */
export function makerName(
  { by, by_name }: ConflictSummary,
  me: string,
  trans: Trans
): string {
  switch (by) {
    case me:
      return trans.__('You');
    case 'disk':
      return trans.__('The file on disk');
    default:
      return by_name;
  }
}

/** What the two sides disagree on, in one line. */
export function conflictWords(
  conflict: ConflictSummary,
  me: string,
  trans: Trans
): string {
  const who = makerName(conflict, me, trans);
  const key = conflict.key.join('.');
  switch (conflict.kind) {
    case 'source':
      return trans.__('%1 changed the same lines otherwise', who);
    case 'deleted_here':
      return trans.__('%1 changed a cell that was deleted', who);
    case 'deleted_there':
      return trans.__('%1 deleted this cell, which was changed', who);
    case 'place':
      return trans.__('%1 moved this cell to another place', who);
    case 'cell_type':
      return trans.__('%1 made this cell another kind', who);
    case 'metadata':
      return trans.__('%1 gave “%2” another value in the metadata', who, key);
    case 'attachments':
      return trans.__('%1 changed the attachment “%2”', who, key);
    case 'outputs':
      return trans.__('%1 changed the outputs', who);
  }
}

/** A side as text; null where there is nothing. */
export function sideText(
  { conflict, path }: Pick<ConflictDetails, 'conflict' | 'path'>,
  side: unknown,
  describe: (place: { path: string; cell_id: string }) => string,
  trans: Trans
): string | null {
  if (conflict.kind === 'place') {
    return typeof side === 'string'
      ? trans.__('behind %1', describe({ path, cell_id: side }))
      : trans.__('at the top');
  }
  if (side === null || side === undefined) {
    return null;
  }
  if (conflict.kind === 'deleted_here' || conflict.kind === 'deleted_there') {
    const { source } = side as { source?: unknown };
    return typeof source === 'string' ? source : '';
  }
  return typeof side === 'string' ? side : JSON.stringify(side, null, 2);
}

export interface IChoice {
  readonly keep: Keep;
  readonly label: string;
}

/** What one can decide. */
export function choices(
  conflict: ConflictSummary,
  me: string,
  trans: Trans
): IChoice[] {
  const { by, by_name, kind } = conflict;
  if (kind === 'deleted_here') {
    return [
      { keep: 'current', label: trans.__('Leave it deleted') },
      { keep: 'incoming', label: trans.__('Bring it back') }
    ];
  }
  if (kind === 'deleted_there') {
    return [
      { keep: 'current', label: trans.__('Keep the cell') },
      { keep: 'incoming', label: trans.__('Delete it') }
    ];
  }
  const both: IChoice[] = [
    { keep: 'current', label: trans.__('Keep what is here') },
    {
      keep: 'incoming',
      label:
        by === me
          ? trans.__('Take mine')
          : by === 'disk'
            ? trans.__('Take the file’s')
            : trans.__('Take %1’s', by_name)
    }
  ];
  return kind === 'source'
    ? [
        ...both,
        { keep: 'both', label: trans.__('Keep both') },
        { keep: 'edited', label: trans.__('Edit…') }
      ]
    : both;
}

/** How it was decided: "kept both". */
export function keptWords(kept: Keep, trans: Trans): string {
  switch (kept) {
    case 'current':
      return trans.__('kept what was there');
    case 'incoming':
      return trans.__('took the other version');
    case 'both':
      return trans.__('kept both');
    case 'edited':
      return trans.__('wrote another version');
  }
}
