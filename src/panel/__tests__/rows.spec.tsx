import * as React from 'react';
import {
  message,
  participant,
  posted,
  sessionState,
  welcome
} from '../../__tests__/kit';
import { Run } from '../../protocol.gen';
import { MessageRow } from '../MessageRow';
import { NoticesRow } from '../NoticesRow';
import { PeopleRow } from '../PeopleRow';
import { WaitingRun } from '../RunLine';
import { Stage } from './stage';

let stage: Stage;
beforeEach(() => {
  stage = new Stage();
});
afterEach(() => stage.close());

function row(id: string, head = true): React.ReactNode {
  return (
    <MessageRow key={id} id={id} head={head} inThread={false} marked={false} />
  );
}

const RUN: Run = {
  run_id: 'r1',
  agent_id: 'agent:notebook',
  asked_by: 'user:ann',
  trigger: null,
  status: 'running',
  at: 1000,
  ended_at: null,
  error: null,
  steps: 0
};

describe('a message', () => {
  it('says who spoke, and when exactly on hover', async () => {
    stage.down(welcome({ history: [message(9)] }));
    stage.show(row('m9'));
    await stage.settle();
    expect(stage.text).toContain('Ben');
    expect(stage.text).toContain('text 9');
    expect(stage.host.querySelector('time')?.title).toContain('1970');
  });

  it('says how long ago it was, also after a while', () => {
    jest.useFakeTimers();
    try {
      stage.down(welcome({ history: [message(9, { at: Date.now() })] }));
      stage.show(row('m9'));
      const time = () => stage.host.querySelector('time')?.textContent;
      expect(time()).toBe('now');
      stage.do(() => jest.advanceTimersByTime(2 * 60_000));
      expect(time()).toBe('2 min ago');
    } finally {
      jest.useRealTimers();
    }
  });

  it('is drawn again alone when it changes', async () => {
    stage.down(welcome({ history: [message(8), message(9)] }));
    const drawn: string[] = [];
    stage.show(
      ['m8', 'm9'].map(id => (
        <React.Profiler key={id} id={id} onRender={one => drawn.push(one)}>
          {row(id)}
        </React.Profiler>
      ))
    );
    await stage.settle();
    drawn.length = 0;
    stage.down(posted(11), posted(12));
    expect(drawn).toEqual([]);
    stage.down({
      type: 'chat.edited',
      seq: 13,
      at: 13,
      actor: 'user:ben',
      message_id: 'm9',
      body: 'better',
      mentions: []
    });
    expect(new Set(drawn)).toEqual(new Set(['m9']));
  });

  it('lets me edit and delete only what is mine', () => {
    stage.down(
      welcome({
        permissions: ['read', 'post', 'react', 'edit_own', 'delete_own'],
        history: [message(8), message(9, { author: 'user:ann' })]
      })
    );
    stage.show(row('m8'));
    expect(stage.labels()).toEqual(['React', 'Reply in thread', 'Copy link']);
    stage.close();
    stage = new Stage();
    stage.down(
      welcome({
        permissions: ['read', 'post', 'edit_own', 'delete_own'],
        history: [message(9, { author: 'user:ann' })]
      })
    );
    stage.show(row('m9'));
    expect(stage.labels()).toEqual([
      'Reply in thread',
      'Edit',
      'Copy link',
      'Delete'
    ]);
  });

  it('leaves a stone where it was deleted, and nothing to do', () => {
    const deleted = message(9, { body: '', deleted_by: 'user:ann' });
    stage.down(welcome({ history: [deleted] }));
    stage.show(row('m9'));
    expect(stage.text).toContain('deleted by Ann');
    expect(stage.labels()).toEqual([]);
  });

  it('that was refused says why and can be sent again', () => {
    stage.down(welcome());
    stage.do(() => stage.session.post({ body: 'hello' }));
    const { ref } = stage.socket.commands[0];
    stage.down({
      type: 'rejected',
      ref,
      code: 'muted',
      message: 'You are muted.'
    });
    stage.show(row(`unsent:${ref}`));
    expect(stage.text).toContain('Not sent: You are muted.');
    stage.click('Send again');
    expect(stage.socket.commands.length).toBe(2);
  });

  it('jumps to what it is about, and says when that is gone', async () => {
    stage.down(
      welcome({
        history: [
          message(9, {
            anchor: { path: 'a.ipynb', cell_id: 'c1' },
            attachments: [{ kind: 'file', path: 'gone.ipynb' }]
          })
        ]
      })
    );
    stage.show(row('m9'));
    stage.click('at a.ipynb');
    stage.click('at gone.ipynb');
    await stage.settle();
    expect(stage.revealed).toEqual(['a.ipynb', 'gone.ipynb']);
    expect(stage.text).toContain('gone.ipynb is not there any more');
  });

  it('shows who reacted, and takes mine back', () => {
    const reactions = { '✔': ['user:ben', 'user:ann'] };
    stage.down(welcome({ history: [message(9, { reactions })] }));
    stage.show(row('m9'));
    const button = stage.button('✔ from Ben, Ann');
    expect(button.getAttribute('aria-pressed')).toBe('true');
    stage.do(() => button.click());
    expect(stage.socket.commands[0]).toMatchObject({
      type: 'chat.react',
      on: false
    });
  });
});

describe('an agent', () => {
  it('that is answering can be stopped', () => {
    stage.down(welcome({ snapshot: sessionState({ runs: { r1: RUN } }) }), {
      type: 'run.progress',
      run_id: 'r1',
      agent_id: 'agent:notebook',
      note: 'reading cells'
    });
    stage.show(<WaitingRun runId="r1" />);
    expect(stage.text).toContain('reading cells');
    stage.click('Stop');
    expect(stage.socket.commands[0]).toMatchObject({
      type: 'run.cancel',
      run_id: 'r1'
    });
  });

  it('says what it took, and why it failed', () => {
    const ended = { ...RUN, steps: 3, ended_at: 1200, status: 'done' as const };
    const failed = {
      ...ended,
      run_id: 'r2',
      status: 'failed' as const,
      error: 'The kernel is gone.'
    };
    const turn = { author: 'agent:notebook' };
    stage.down(
      welcome({
        snapshot: sessionState({ runs: { r1: ended, r2: failed } }),
        history: [
          message(8, { ...turn, run_id: 'r1' }),
          message(9, { ...turn, run_id: 'r2' })
        ]
      })
    );
    stage.show([row('m8'), row('m9')]);
    expect(stage.text).toContain('3 steps · 0.2 s');
    expect(stage.text).toContain('The kernel is gone.');
  });
});

describe('people', () => {
  it('are told apart in words, not only by colour and shape', () => {
    const participants = {
      ...sessionState().participants,
      'user:cal': participant('user:cal', { role: 'viewer', muted: true })
    };
    stage.down(
      welcome({
        snapshot: sessionState({ participants }),
        presence: [
          {
            participant_id: 'user:ben',
            activity: 'idle',
            connections: 1,
            last_active: 0,
            location: { path: 'x/a.ipynb', cell_index: 3 },
            following: null,
            doing: null
          }
        ]
      })
    );
    stage.show(<PeopleRow />);
    expect(stage.labels()).toEqual([
      'Ben · editor · idle · a.ipynb, cell 4',
      'Ann (you) · owner · not here',
      'Cal · viewer · not here · muted',
      'Notebook (agent) · editor · not here'
    ]);
    expect(stage.text).toContain('live');
  });
});

describe('notices', () => {
  it('are folded when there are many, but for the last one', () => {
    stage.down(welcome());
    const notice = {
      kind: 'left' as const,
      at: 0,
      seq: 1,
      actor: 'user:ben',
      subject: 'user:ben',
      text: null,
      cells: new Set<string>()
    };
    const notices = (['joined', 'muted', 'left'] as const).map(kind => ({
      ...notice,
      key: kind,
      kind
    }));
    stage.show(<NoticesRow notices={notices} />);
    expect(stage.text).toMatch(/^2 earlier events.*Ben left/);
    expect(stage.text).not.toContain('Ben joined');
    stage.click('2 earlier events');
    expect(stage.text).toContain('Ben joined');
    stage.click('Show less');
    expect(stage.text).not.toContain('Ben joined');
  });
});
