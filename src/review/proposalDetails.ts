import { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import { ServerConnection } from '@jupyterlab/services';
import { ProposalDetails, ProposalSummary } from '../protocol.gen';
import { getProposal, reason } from '../request';

export interface IKnownProposal {
  /** Null until they are there. */
  readonly details: ProposalDetails | null;
  /** Why they are not. */
  readonly problem: string | null;
}

const NOTHING: IKnownProposal = { details: null, problem: null };

/** What is in proposals: fetched once, however many places show it. */
export class ProposalSource implements IDisposable {
  constructor(private readonly _settings: ServerConnection.ISettings) {}

  /** Emits the id of the proposal of which more is known. */
  readonly changed = new Signal<this, string>(this);

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** What is known; what is missing or out of date is on its way. */
  get({ proposal_id, revision }: ProposalSummary): IKnownProposal {
    const known = this._known.get(proposal_id);
    if (known?.revision !== revision) {
      this._known.set(proposal_id, { ...(known ?? NOTHING), revision });
      void this.fetch(proposal_id);
    }
    return this._known.get(proposal_id) ?? NOTHING;
  }

  /** Look again how it fits the document: that changes while people type. */
  async fetch(proposalId: string): Promise<void> {
    const turn = (this._turns.get(proposalId) ?? 0) + 1;
    this._turns.set(proposalId, turn);
    let found: Partial<IKnownProposal>;
    try {
      const details = await getProposal(proposalId, this._settings);
      found = { details, problem: null };
    } catch (error) {
      found = { problem: reason(error) };
    }
    const known = this._known.get(proposalId);
    // an older answer may come last
    if (!this._isDisposed && known && turn === this._turns.get(proposalId)) {
      this._known.set(proposalId, { ...known, ...found });
      this.changed.emit(proposalId);
    }
  }

  dispose(): void {
    this._isDisposed = true;
    Signal.clearData(this);
  }

  private readonly _known = new Map<
    string,
    IKnownProposal & { revision: number }
  >();
  private readonly _turns = new Map<string, number>();
  private _isDisposed = false;
}
