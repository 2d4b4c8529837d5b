import { Ack } from '../protocol.gen';
import { RequestError } from '../request';

interface IWaiting {
  resolve(ack: Ack): void;
  reject(error: RequestError): void;
}

/** Whoever waits for the answer to a command. */
export class Answers {
  wait(ref: string): Promise<Ack> {
    return new Promise((resolve, reject) => {
      this._waiting.set(ref, { resolve, reject });
    });
  }

  resolve(ack: Ack): void {
    this._take(ack.ref)?.resolve(ack);
  }

  /** False when nobody waits for it. */
  reject(ref: string, error: RequestError): boolean {
    const waiting = this._take(ref);
    waiting?.reject(error);
    return waiting !== null;
  }

  /** No answer will come any more. */
  rejectAll(error: RequestError): void {
    const waiting = [...this._waiting.values()];
    this._waiting.clear();
    waiting.forEach(({ reject }) => reject(error));
  }

  private _take(ref: string): IWaiting | null {
    const waiting = this._waiting.get(ref) ?? null;
    this._waiting.delete(ref);
    return waiting;
  }

  private readonly _waiting = new Map<string, IWaiting>();
}
