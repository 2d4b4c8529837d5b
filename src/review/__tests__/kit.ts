import {
  Hunk,
  ProposalDetails,
  ProposalSummary,
  ProposedPart
} from '../../protocol.gen';
import { NOTEBOOK } from '../../documents/__tests__/kit';

export function proposal(
  change: Partial<ProposalSummary> = {}
): ProposalSummary {
  return {
    proposal_id: 'p1',
    revision: 1,
    status: 'open',
    title: 'Per cent',
    by: 'agent:notebook',
    by_name: 'notebook',
    run_id: null,
    at: 0,
    cells: ['c4'],
    open: 1,
    accepted: 0,
    rejected: 0,
    comments: 0,
    ...change
  };
}

export function hunk(change: Partial<Hunk> = {}): Hunk {
  return {
    hunk_id: 'h1',
    kind: 'text',
    line: 1,
    lines: 1,
    new_line: 1,
    new_lines: 1,
    key: null,
    was: null,
    becomes: null,
    status: 'open',
    fit: 'fits',
    decided_by: null,
    decided_by_name: null,
    decided_at: null,
    ...change
  };
}

export function part(change: Partial<ProposedPart> = {}): ProposedPart {
  return {
    cell_id: 'c4',
    cell_type: 'code',
    behind: 'c3',
    before: 'a = 1\nb = 2\nc = 3',
    after: 'a = 1\nb = 20\nc = 3',
    hunks: [hunk()],
    ...change
  };
}

export function details(
  change: Partial<ProposalDetails> = {}
): ProposalDetails {
  return {
    document_id: 'd1',
    path: NOTEBOOK,
    proposal: proposal(),
    parts: [part()],
    comments: [],
    ...change
  };
}
