import { createHash } from 'crypto';
import { posted } from '../../__tests__/kit';
import { codePoints, dropCodePoints } from '../codePoints';
import { sha256 } from '../sha256';
import { Streams } from '../streams';

const START = { author: 'agent:echo', at: 1, thread_id: null, run_id: 'r1' };

function hash(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

function delta(offset: number, text: string, first = false) {
  return {
    type: 'chat.delta' as const,
    message_id: 'm1',
    offset,
    text,
    ...(first ? { start: START } : {})
  };
}

function end(text: string) {
  return posted(9, {
    message_id: 'm1',
    body: undefined,
    length: [...text].length,
    sha256: hash(text)
  });
}

describe('sha256', () => {
  it.each(['', 'abc', 'x'.repeat(55), 'y'.repeat(64), 'ä€😀'.repeat(9999)])(
    'agrees with the platform (%#)',
    text => {
      expect(sha256(text)).toBe(hash(text));
    }
  );
});

describe('code points', () => {
  it('are what Python counts', () => {
    expect(codePoints('a😀é')).toBe(3);
    expect(codePoints('\ud83d')).toBe(1);
    expect(dropCodePoints('😀😀b', 2)).toBe('b');
  });
});

describe('a streamed text', () => {
  it('is put together by offsets in code points', () => {
    const streams = new Streams();
    streams.take(delta(0, 'a😀', true));
    expect(streams.take(delta(2, 'b'))?.body).toBe('a😀b');
    expect(streams.finish(end('a😀b'))).toEqual({ text: 'a😀b', sound: true });
  });

  it('takes the rest of a piece that it has in part', () => {
    const streams = new Streams();
    streams.take(delta(0, 'a😀', true));
    expect(streams.take(delta(1, '😀bc'))?.body).toBe('a😀bc');
    expect(streams.take(delta(0, 'a'))).toBeNull();
  });

  it('begins anew when it is told from the start again', () => {
    const streams = new Streams();
    streams.take(delta(0, 'abc', true));
    expect(streams.take(delta(0, 'abcdef', true))?.body).toBe('abcdef');
  });

  it('notices at the end that a piece is missing', () => {
    const streams = new Streams();
    streams.take(delta(0, 'ab', true));
    expect(streams.take(delta(3, 'd'))).toBeNull();
    expect(streams.finish(end('abcd')).sound).toBe(false);
  });

  it('notices that the text is another one', () => {
    const streams = new Streams();
    streams.take(delta(0, 'abcX', true));
    expect(streams.finish(end('abcd')).sound).toBe(false);
  });

  it('believes a final event that brings its text', () => {
    const event = posted(9, { message_id: 'm1', body: 'whole' });
    expect(new Streams().finish(event)).toEqual({ text: 'whole', sound: true });
  });
});
