/** A clock, a network and words of the protocol for tests; no real time. */

import { IReceiver } from '../client/connection';
import { IResumePoint, ISocketEvents, ITimers } from '../client/socket';
import {
  Command,
  Down,
  Message,
  MessagePage,
  MessagePosted,
  Participant,
  SessionState,
  Welcome
} from '../protocol.gen';

export class FakeTimers implements ITimers {
  now(): number {
    return this._now;
  }

  later(milliseconds: number, callback: () => void): unknown {
    const timer = { at: this._now + milliseconds, callback };
    this._timers.add(timer);
    return timer;
  }

  cancel(timer: unknown): void {
    this._timers.delete(timer as any);
  }

  random(): number {
    return 0.5;
  }

  /** Let time pass; what is due is called in order. */
  advance(milliseconds: number): void {
    const end = this._now + milliseconds;
    for (;;) {
      const due = [...this._timers]
        .filter(timer => timer.at <= end)
        .sort((a, b) => a.at - b.at)[0];
      if (!due) {
        break;
      }
      this._timers.delete(due);
      this._now = due.at;
      due.callback();
    }
    this._now = end;
  }

  private _now = 0;
  private _timers = new Set<{ at: number; callback: () => void }>();
}

export class FakeSocket {
  constructor(
    readonly resume: IResumePoint | null,
    readonly events: ISocketEvents
  ) {}

  sent: Command[][] = [];
  closed = false;

  send(frame: string): void {
    this.sent.push(JSON.parse(frame));
  }

  close(): void {
    this.closed = true;
  }

  /** The server sends one frame. */
  down(...parts: Down[]): void {
    this.events.onFrame(JSON.stringify(parts));
  }

  /** The network or the server ends it. */
  lose(code = 1006): void {
    this.events.onClose(code);
  }

  get commands(): Command[] {
    return this.sent.flat();
  }
}

export class FakeNetwork {
  readonly sockets: FakeSocket[] = [];

  readonly open = (
    resume: IResumePoint | null,
    events: ISocketEvents
  ): FakeSocket => {
    const socket = new FakeSocket(resume, events);
    this.sockets.push(socket);
    return socket;
  };

  get last(): FakeSocket {
    return this.sockets[this.sockets.length - 1];
  }
}

export class FakeStorage {
  readonly texts = new Map<string, string>();
  getItem = (key: string) => this.texts.get(key) ?? null;
  setItem = (key: string, text: string) => void this.texts.set(key, text);
  removeItem = (key: string) => void this.texts.delete(key);
}

export function participant(
  id: string,
  change: Partial<Participant> = {}
): Participant {
  const name = id.slice(id.indexOf(':') + 1);
  return {
    profile: {
      participant_id: id,
      kind: id.startsWith('agent:') ? 'agent' : 'user',
      name: name[0].toUpperCase() + name.slice(1),
      initials: name[0].toUpperCase(),
      color: '#1f77b4',
      avatar_url: null,
      anonymous: false,
      capabilities: []
    },
    role: 'editor',
    membership: 'member',
    joined_at: 0,
    joined_seq: 2,
    muted: false,
    ...change
  };
}

export function sessionState(change: Partial<SessionState> = {}): SessionState {
  return {
    session_id: 's1',
    name: 'Sales review',
    status: 'active',
    private: false,
    default: false,
    history: 'all',
    muted: false,
    created_at: 0,
    created_by: 'user:ann',
    active_file: null,
    files: [],
    participants: {
      'user:ann': participant('user:ann', { role: 'owner' }),
      'user:ben': participant('user:ben', { joined_seq: 3 }),
      'agent:notebook': participant('agent:notebook', { joined_seq: 4 })
    },
    invites: {},
    context: {},
    threads: {},
    runs: {},
    last_seq: 10,
    message_count: 0,
    ...change
  };
}

export function message(seq: number, change: Partial<Message> = {}): Message {
  return {
    message_id: `m${seq}`,
    seq,
    at: seq * 1000,
    author: 'user:ben',
    body: `text ${seq}`,
    thread_id: null,
    anchor: null,
    attachments: [],
    mentions: [],
    reactions: {},
    edited_at: null,
    edits: 0,
    deleted_by: null,
    run_id: null,
    ...change
  };
}

export function posted(
  seq: number,
  change: Partial<MessagePosted> = {}
): MessagePosted {
  return {
    type: 'chat.posted',
    seq,
    at: seq * 1000,
    actor: 'user:ben',
    message_id: `m${seq}`,
    length: `text ${seq}`.length,
    sha256: null,
    thread_id: null,
    anchor: null,
    attachments: [],
    mentions: [],
    run_id: null,
    body: `text ${seq}`,
    ...change
  };
}

const ACTIONS = [
  'read post react edit_own delete_own delete_any set_context set_files',
  'set_active_file bring rename archive reopen delete_session mute',
  'set_history invite add_agent set_role remove start_run cancel_own_run',
  'cancel_any_run export report_edit lock propose review'
];

export function welcome(change: Partial<Welcome> = {}): Welcome {
  const snapshot =
    change.snapshot === undefined ? sessionState() : change.snapshot;
  return {
    type: 'welcome',
    protocol: 1,
    server_version: '0.1.0',
    you: 'user:ann',
    permissions: ACTIONS.join(' ').split(' '),
    epoch: 'e1',
    head_seq: snapshot?.last_seq ?? 10,
    recovered: snapshot === null,
    snapshot,
    history: [],
    has_earlier: false,
    read_seq: 0,
    presence: [],
    agents: [],
    limits: {
      max_frame: 262144,
      max_message: 65536,
      ping_interval: 30,
      ping_timeout: 10,
      presence_interval: 0.2
    },
    ...change
  };
}

export const NO_PAGE: MessagePage = { messages: [], has_earlier: false };

/** Writes down what a connection says. */
export class Recorder implements IReceiver {
  readonly told: string[] = [];
  resume: IResumePoint | null = null;
  ending: any = null;
  welcome = (w: Welcome) => void this.told.push('welcome');
  event = (e: any) => void this.told.push(`${e.type} ${e.seq ?? ''}`.trim());
  ack = (a: any, c: any) => void this.told.push(`ack ${a.ref} ${c?.type}`);
  rejected = (r: any, c: any) =>
    void this.told.push(`rejected ${r.ref} ${c?.type}`);
  flush = () => undefined;
  resumePoint = () => this.resume;
  probe = async () => this.ending;
}
