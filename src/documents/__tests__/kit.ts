import { Signal } from '@lumino/signaling';
import {
  ConflictSummary,
  DocumentState,
  Lock,
  LockRequest
} from '../../protocol.gen';
import { EphemeralWish } from '../../tokens';
import { DocumentWish, IDocumentChannel } from '../documents';

export const NOTEBOOK = 'work/sales.ipynb';
export const MINUTE = 60_000;

export function lock(change: Partial<Lock> = {}): Lock {
  return {
    lock_id: 'l1',
    scope: 'cell',
    cell_id: 'c4',
    cell_index: 3,
    range: null,
    holder: 'user:ben',
    holder_name: 'Ben',
    anonymous: false,
    since: 0,
    expires_at: 30 * MINUTE,
    token: 1,
    stays: false,
    requests: [],
    ...change
  };
}

export function request(change: Partial<LockRequest> = {}): LockRequest {
  return {
    by: 'user:me',
    by_name: 'Me',
    at: MINUTE,
    refused_at: null,
    may_take_at: 3 * MINUTE,
    ...change
  };
}

export function documentState(
  locks: Lock[] = [],
  change: Partial<DocumentState> = {}
): DocumentState {
  return {
    document_id: 'd1',
    path: NOTEBOOK,
    seq: 1,
    locks,
    proposals: [],
    conflicts: [],
    ...change
  };
}

export function conflict(
  change: Partial<ConflictSummary> = {}
): ConflictSummary {
  return {
    conflict_id: 'k1',
    kind: 'source',
    cell_id: 'c4',
    key: [],
    at: 0,
    by: 'user:cleo',
    by_name: 'Cleo',
    ...change
  };
}

/** A way to the server that ends here; tests let it break and come back. */
export class FakeChannel implements IDocumentChannel {
  readonly me = 'user:me';
  live = true;
  readonly connectionChanged = new Signal<this, void>(this);
  readonly said: EphemeralWish[] = [];
  readonly asked: DocumentWish[] = [];

  async command(wish: DocumentWish): Promise<void> {
    this.asked.push(wish);
  }

  sendEphemeral(wish: EphemeralWish): void {
    this.said.push(wish);
  }

  setLive(live: boolean): void {
    this.live = live;
    this.connectionChanged.emit();
  }
}
