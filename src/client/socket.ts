/** What the connection needs of the outside world; a browser or a test. */

export interface ISocket {
  /** Send a text frame; only after the first frame came. */
  send(frame: string): void;
  /** End it; `onClose` need not be called any more. */
  close(): void;
}

export interface ISocketEvents {
  onFrame(frame: string): void;
  onClose(code: number): void;
}

/** How far we have the log: the last event's seq, and when it happened. */
export interface IResumePoint {
  readonly after: number;
  readonly at: number;
  readonly epoch: string;
}

export type SocketFactory = (
  resume: IResumePoint | null,
  events: ISocketEvents
) => ISocket;

export interface ITimers {
  /** Milliseconds, never going back. */
  now(): number;
  /** Call later; returns what `cancel` takes. */
  later(milliseconds: number, callback: () => void): unknown;
  cancel(timer: unknown): void;
  /** At least 0, below 1. */
  random(): number;
}
