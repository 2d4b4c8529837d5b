import {
  FakeNetwork,
  FakeStorage,
  FakeTimers,
  Recorder,
  posted,
  welcome
} from '../../__tests__/kit';
import { DurableCommand } from '../../protocol.gen';
import { afterClose, backoff } from '../closing';
import { Connection } from '../connection';
import { Outbox } from '../outbox';

function post(ref: string): DurableCommand {
  return { type: 'chat.post', ref, body: `text of ${ref}` };
}

function setUp(storage = new FakeStorage()) {
  const network = new FakeNetwork();
  const timers = new FakeTimers();
  const recorder = new Recorder();
  const outbox = new Outbox(storage, 'outbox');
  const connection = new Connection(network.open, timers, outbox, recorder);
  return { network, timers, recorder, outbox, connection, storage };
}

describe('a connection', () => {
  it('is live after the welcome and passes on what comes', () => {
    const { network, recorder, connection } = setUp();
    expect(connection.state.kind).toBe('connecting');
    network.last.down(welcome(), posted(11), { type: 'ping' });
    expect(connection.state.kind).toBe('live');
    expect(recorder.told).toEqual(['welcome', 'chat.posted 11']);
  });

  it('keeps commands until the welcome and sends them in order', () => {
    const { network, connection } = setUp();
    connection.submit(post('a'));
    connection.submit(post('b'));
    expect(network.last.sent).toEqual([]);
    network.last.down(welcome());
    connection.submit(post('c'));
    expect(network.last.commands.map(c => c.ref)).toEqual(['a', 'b', 'c']);
  });

  it('sends unanswered commands again, before anything new', () => {
    const { network, timers, recorder, connection } = setUp();
    network.last.down(welcome());
    ['a', 'b', 'c'].forEach(ref => connection.submit(post(ref)));
    network.last.down({ type: 'ack', ref: 'a', seq: 11 });
    network.last.lose();
    connection.submit(post('d'));
    timers.advance(1000);
    network.last.down(welcome({ snapshot: null }));
    expect(network.sockets.length).toBe(2);
    expect(network.last.commands.map(c => c.ref)).toEqual(['b', 'c', 'd']);
    expect(recorder.told).toContain('ack a chat.post');
  });

  it('forgets a command that was rejected', () => {
    const { network, recorder, connection, outbox } = setUp();
    network.last.down(welcome());
    connection.submit(post('a'));
    network.last.down({
      type: 'rejected',
      ref: 'a',
      code: 'muted',
      message: 'You are muted here.'
    });
    expect(outbox.commands).toEqual([]);
    expect(recorder.told).toContain('rejected a chat.post');
  });

  it('LI1: slows down when told to, and sends again in order', () => {
    const { network, timers, recorder, connection, outbox } = setUp();
    network.last.down(welcome());
    connection.submit(post('a'));
    connection.submit(post('b'));
    for (const ref of ['a', 'b']) {
      network.last.down({
        type: 'rejected',
        ref,
        code: 'rate_limited',
        message: 'Too much at once.'
      });
    }
    connection.submit(post('c'));
    expect(network.last.commands.map(c => c.ref)).toEqual(['a', 'b']);
    timers.advance(1000);
    expect(network.last.commands.map(c => c.ref)).toEqual([
      ...['a', 'b'],
      ...['a', 'b', 'c']
    ]);
    expect(outbox.commands.length).toBe(3);
    expect(recorder.told).toEqual(['welcome']);
  });

  it('loses nothing in a reload', () => {
    const { connection, storage, network } = setUp();
    network.last.down(welcome());
    connection.submit(post('a'));
    connection.dispose();
    const after = setUp(storage);
    after.network.last.down(welcome());
    expect(after.network.last.commands.map(c => c.ref)).toEqual(['a']);
  });

  it('never keeps what is ephemeral', () => {
    const { connection, network } = setUp();
    const typing = { type: 'typing.update', ref: 't', typing: true } as const;
    connection.say(typing);
    network.last.down(welcome());
    expect(network.last.sent).toEqual([]);
    connection.say(typing);
    expect(network.last.commands).toEqual([typing]);
  });

  it('says where to go on when it comes back', () => {
    const { network, timers, recorder } = setUp();
    expect(network.last.resume).toBeNull();
    network.last.down(welcome());
    recorder.resume = { after: 42, at: 1, epoch: 'e1' };
    network.last.lose(1001);
    timers.advance(1000);
    expect(network.last.resume).toEqual({ after: 42, at: 1, epoch: 'e1' });
  });

  it('waits longer after each failure, and not at all when woken', () => {
    const { network, timers, connection } = setUp();
    network.last.lose();
    timers.advance(149);
    expect(network.sockets.length).toBe(1);
    timers.advance(1);
    expect(network.sockets.length).toBe(2);
    network.last.lose();
    timers.advance(299);
    expect(network.sockets.length).toBe(2);
    connection.wake();
    expect(network.sockets.length).toBe(3);
  });

  it('takes a silent server for gone', () => {
    const { network, timers, connection } = setUp();
    network.last.down(welcome());
    timers.advance(39_000);
    network.last.down({ type: 'ping' });
    timers.advance(39_000);
    expect(connection.state.kind).toBe('live');
    timers.advance(1_000);
    expect(connection.state.kind).toBe('reconnecting');
    expect(network.last.closed).toBe(true);
  });

  it('does not listen to a socket that it has left', () => {
    const { network, timers, recorder } = setUp();
    network.last.lose();
    timers.advance(1000);
    network.sockets[0].down(posted(11));
    network.sockets[0].lose(4500);
    expect(recorder.told).toEqual([]);
  });

  it.each([
    [4500, 'removed'],
    [4501, 'gone'],
    [4502, 'protocol'],
    [4503, 'reload'],
    [4504, 'forbidden'],
    [4999, 'protocol'],
    [1009, 'protocol']
  ])('ends with %i: %s', (code, reason) => {
    const { network, timers, connection } = setUp();
    network.last.lose(code);
    timers.advance(100_000);
    expect(connection.state).toEqual({ kind: 'ended', reason });
    expect(network.sockets.length).toBe(1);
  });

  it.each([1000, 1001, 1005, 1006, 1011, 1012, 1013, 4000, 4001, 4499])(
    'comes back after %i',
    code => {
      expect(afterClose(code)).toEqual({ kind: 'retry' });
    }
  );

  it('asks over HTTP why it never succeeds', async () => {
    const { network, timers, recorder, connection } = setUp();
    recorder.ending = 'forbidden';
    for (let i = 0; i < 3; i++) {
      network.last.lose();
      timers.advance(i < 2 ? 20_000 : 0);
    }
    await Promise.resolve();
    await Promise.resolve();
    expect(connection.state).toEqual({ kind: 'ended', reason: 'forbidden' });
  });

  it('splits a long outbox into frames that the server takes', () => {
    const { network, connection } = setUp();
    for (let i = 0; i < 8; i++) {
      connection.submit({
        type: 'chat.post',
        ref: `r${i}`,
        body: 'x'.repeat(40_000)
      });
    }
    network.last.down(welcome());
    expect(network.last.sent.map(frame => frame.length)).toEqual([2, 2, 2, 2]);
  });

  it('backs off to 15 seconds at most', () => {
    expect(backoff(0, 0)).toBe(100);
    expect(backoff(0, 1)).toBe(200);
    expect(backoff(50, 1)).toBe(15_000);
  });
});
