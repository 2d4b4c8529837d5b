/** Proposals as people read and decide them; pure. */

import { TranslationBundle } from '@jupyterlab/translation';
import {
  DocumentState,
  Hunk,
  ProposalDetails,
  ProposalSummary,
  ProposedPart
} from '../protocol.gen';

type Trans = TranslationBundle;

/** A proposal and the document that it is for. */
export interface IProposalPlace {
  readonly path: string;
  readonly proposal: ProposalSummary;
}

/** The open proposals of some documents, by file, the oldest first. */
export function proposalList(
  states: Iterable<DocumentState>
): IProposalPlace[] {
  return [...states]
    .sort((a, b) => a.path.localeCompare(b.path))
    .flatMap(({ path, proposals }) =>
      [...proposals]
        .sort((a, b) => a.at - b.at)
        .map(proposal => ({ path, proposal }))
    );
}

export function isOpen(hunk: Hunk): boolean {
  return hunk.status === 'open';
}

export function openHunks(parts: readonly ProposedPart[]): string[] {
  return parts
    .flatMap(({ hunks }) => hunks)
    .filter(isOpen)
    .map(({ hunk_id }) => hunk_id);
}

/** "Ann proposes", "You propose". */
export function proposesWords(
  { by, by_name }: Pick<ProposalSummary, 'by' | 'by_name'>,
  me: string,
  trans: Trans
): string {
  return by === me ? trans.__('You propose') : trans.__('%1 proposes', by_name);
}

/** "2 of 5 to decide". */
export function progressWords(
  { open, accepted, rejected }: ProposalSummary,
  trans: Trans
): string {
  const all = open + accepted + rejected;
  return open === all
    ? trans._n('%1 change', '%1 changes', all)
    : trans.__('%1 of %2 changes to decide', open, all);
}

/** What became of a proposal. */
export function decidedWords(
  { status, accepted, rejected }: ProposalSummary,
  trans: Trans
): string {
  switch (status) {
    case 'accepted':
      return trans.__('accepted');
    case 'rejected':
      return trans.__('rejected');
    case 'partly_accepted':
      return trans.__('%1 accepted, %2 rejected', accepted, rejected);
    case 'withdrawn':
      return trans.__('withdrawn');
    case 'open':
      return trans.__('open');
  }
}

/** What a hunk does, where no lines show it. */
export function hunkWords(
  hunk: Hunk,
  part: ProposedPart,
  cellName: (cellId: string) => string,
  trans: Trans
): string {
  switch (hunk.kind) {
    case 'text':
      return lineWords(hunk, trans);
    case 'insert':
      switch (part.cell_type) {
        case 'markdown':
          return trans.__('Add a Markdown cell');
        case 'raw':
          return trans.__('Add a raw cell');
        default:
          return trans.__('Add a code cell');
      }
    case 'delete':
      return trans.__('Delete this cell');
    case 'move':
      return part.behind === null
        ? trans.__('Move this cell to the top')
        : trans.__('Move this cell behind %1', cellName(part.behind));
    case 'cell_type':
      return trans.__(
        'Make this cell %2 instead of %1',
        String(hunk.was),
        String(hunk.becomes)
      );
    case 'metadata':
      return trans.__('Change “%1” in the metadata', hunk.key ?? '');
    case 'attachments':
      return trans.__('Change the attachments');
  }
}

/** "Change lines 3–4", "Add line 7". */
function lineWords(hunk: Hunk, trans: Trans): string {
  const { line, lines, new_line, new_lines } = hunk;
  if (lines === 0) {
    const last = new_line + new_lines;
    return new_lines === 1
      ? trans.__('Add line %1', last)
      : trans.__('Add lines %1–%2', new_line + 1, last);
  }
  const last = line + lines;
  if (new_lines === 0) {
    return lines === 1
      ? trans.__('Remove line %1', last)
      : trans.__('Remove lines %1–%2', line + 1, last);
  }
  return lines === 1
    ? trans.__('Change line %1', last)
    : trans.__('Change lines %1–%2', line + 1, last);
}

/** The parts that are shown under a cell: while one of them is to decide. */
export function partsUnder(
  cellId: string,
  parts: readonly ProposedPart[],
  cells: readonly string[]
): ProposedPart[] {
  const here = parts.filter(part => placeOf(part, parts, cells) === cellId);
  return openHunks(here).length ? here : [];
}

/**
 * Under which cell a part is shown: its own, or of a new one the nearest cell
 * in front of it that is there. Null: there is none.
 */
export function placeOf(
  part: ProposedPart,
  parts: readonly ProposedPart[],
  cells: readonly string[]
): string | null {
  const there = new Set(cells);
  const seen = new Set<string>();
  let at: ProposedPart | undefined = part;
  while (at?.cell_id && !there.has(at.cell_id)) {
    const { behind }: ProposedPart = at;
    if (behind === null || seen.has(behind)) {
      return cells[0] ?? null;
    }
    if (there.has(behind)) {
      return behind;
    }
    seen.add(behind);
    at = parts.find(({ cell_id }) => cell_id === behind);
  }
  return at?.cell_id ?? null;
}

/** Who has decided or said something, in the order of that. */
export function reviewers({ parts, comments }: ProposalDetails): string[] {
  const acts = [
    ...parts
      .flatMap(({ hunks }) => hunks)
      .map(({ decided_by, decided_at }) => ({
        by: decided_by,
        at: decided_at
      })),
    ...comments
  ];
  return [
    ...new Set(
      acts
        .filter((act): act is { by: string; at: number } => act.by !== null)
        .sort((a, b) => a.at - b.at)
        .map(({ by }) => by)
    )
  ];
}
