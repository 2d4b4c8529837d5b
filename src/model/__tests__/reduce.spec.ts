import * as fs from 'fs';
import * as path from 'path';
import { posted } from '../../__tests__/kit';
import { DurableEvent, Message, SessionState } from '../../protocol.gen';
import { EMPTY, reduce } from '../reduce';

const FOLDER = path.resolve(__dirname, '../../../tests/transcripts');

const files = fs.existsSync(FOLDER)
  ? fs.readdirSync(FOLDER).filter(name => name.endsWith('.jsonl'))
  : [];

interface ILine {
  events?: DurableEvent[];
  state?: SessionState;
  messages?: Message[];
}

const CREATED: DurableEvent = {
  type: 'session.created',
  seq: 1,
  at: 1000,
  actor: 'user:ann',
  session_id: 's1',
  name: 'Sales review',
  private: false,
  default: false,
  history: 'all',
  files: []
};

describe('state and events equal fresh state', () => {
  // an empty folder has no disagreement; jest wants a test all the same
  it.each(files.length ? files : [null])('in the transcript %s', name => {
    const text = name && fs.readFileSync(path.join(FOLDER, name), 'utf-8');
    const lines: ILine[] = (text || '')
      .split('\n')
      .filter(line => line.trim())
      .map(line => JSON.parse(line));
    const events = lines.flatMap(line => line.events ?? []);
    const end = lines.find(line => line.state);
    const result = events.reduce(reduce, EMPTY);
    if (name) {
      expect(result.state).toEqual(end!.state);
      const messages = [...result.messages.values()];
      expect(messages.sort((a, b) => a.seq - b.seq)).toEqual(end!.messages);
    }
  });
});

describe('reduce', () => {
  it('begins with session.created and nothing else', () => {
    expect(() => reduce(EMPTY, posted(1))).toThrow('session.created');
    expect(reduce(EMPTY, CREATED).state?.name).toBe('Sales review');
  });

  it('ignores fields of events that it does not know (FR5)', () => {
    const known = [
      CREATED,
      posted(2),
      posted(3, { thread_id: 'm2' }),
      {
        type: 'chat.reacted',
        message_id: 'm2',
        emoji: '+1',
        on: true,
        actor: 'user:ann',
        seq: 4,
        at: 4
      } as const
    ];
    const grown = known.map(
      event => ({ ...event, of_a_later_version: { any: ['thing'] } }) as any
    );
    expect(grown.reduce(reduce, EMPTY)).toEqual(known.reduce(reduce, EMPTY));
  });

  it('leaves the transcript that it was given alone', () => {
    const before = reduce(EMPTY, CREATED);
    const copy = JSON.stringify(before.state);
    const after = reduce(before, posted(2));
    expect(JSON.stringify(before.state)).toBe(copy);
    expect(before.messages.size).toBe(0);
    expect(after.messages.get('m2')?.body).toBe('text 2');
    expect(after.state?.message_count).toBe(1);
  });

  it('opens a thread for an anchored message and counts its replies', () => {
    const anchor = { path: 'a.ipynb', cell_id: 'c1' };
    const { state } = [
      CREATED,
      posted(2, { anchor }),
      posted(3, { thread_id: 'm2', actor: 'user:ann' })
    ].reduce(reduce, EMPTY);
    expect(state?.threads['m2']).toEqual({
      thread_id: 'm2',
      anchor,
      replies: 1,
      last_seq: 3,
      last_at: 3000,
      participants: ['user:ben', 'user:ann']
    });
  });

  it('empties a deleted message and keeps its place', () => {
    const react = {
      type: 'chat.reacted',
      message_id: 'm2',
      emoji: '+1',
      actor: 'user:ann',
      at: 1,
      on: true
    } as const;
    const { messages } = [
      CREATED,
      posted(2),
      { ...react, seq: 3 },
      {
        type: 'chat.deleted',
        seq: 4,
        at: 4,
        actor: 'user:ben',
        message_id: 'm2'
      } as const,
      { ...react, seq: 5 }
    ].reduce(reduce, EMPTY);
    const message = messages.get('m2');
    expect(message?.body).toBe('');
    expect(message?.reactions).toEqual({});
    expect(message?.deleted_by).toBe('user:ben');
  });
});
