import * as React from 'react';
import { participant, sessionState, welcome } from '../../__tests__/kit';
import { Role, SessionSummary, SharingMode } from '../../protocol.gen';
import { ActiveFile } from '../ActiveFile';
import { activeFileMenu } from '../activeFileMenu';
import { bringEveryone } from '../bringEveryone';
import { IMenuItem, MenuEntry } from '../menu';
import { Draft, NewSessionForm, requestOf } from '../NewSessionDialog';
import { personMenu } from '../personMenu';
import { SharingNotice } from '../SharingNotice';
import { hasNews, sessionMenu } from '../sessionMenu';
import { Stage } from './stage';

let stage: Stage;
beforeEach(() => {
  stage = new Stage();
});
afterEach(() => stage.close());

function entry(entries: readonly MenuEntry[], label: RegExp): IMenuItem {
  const found = entries.find(one => one !== null && label.test(one.label));
  if (!found) {
    throw new Error(`no entry ${label}`);
  }
  return found;
}

function enterAs(role: Role): void {
  stage.down(
    welcome({
      snapshot: sessionState({
        participants: {
          ...sessionState().participants,
          'user:ann': participant('user:ann', { role })
        }
      })
    })
  );
}

function menuOf(id: string): MenuEntry[] {
  const { services, session } = stage;
  return personMenu(services, session, session.participants[id]);
}

describe('muting', () => {
  it.each([
    ['editor', 'agent:notebook', true],
    ['editor', 'user:ben', false],
    ['owner', 'user:ben', true]
  ] as [Role, string, boolean][])('by an %s of %s: %s', (role, id, may) => {
    enterAs(role);
    expect(!entry(menuOf(id), /^Muted/).disabled).toBe(may);
  });

  it('of the whole session is for owners', () => {
    const muting = () =>
      entry(sessionMenu(stage.services, stage.session), /^Only owners post/);
    enterAs('editor');
    expect(muting().disabled).toBe(true);
    stage.close();
    stage = new Stage();
    enterAs('owner');
    expect(muting().disabled).toBe(false);
  });
});

describe('the menu of a participant', () => {
  it('says when they were here last and what an agent can do', () => {
    stage.down(
      welcome({
        presence: [
          {
            participant_id: 'user:ben',
            activity: 'away',
            connections: 1,
            last_active: Date.now() - 5 * 60_000,
            location: null,
            following: null,
            doing: null
          }
        ],
        agents: [
          {
            agent_id: 'agent:notebook',
            name: 'Notebook',
            description: 'Reads notebooks',
            capabilities: ['explain', 'check'],
            commands: []
          }
        ]
      })
    );
    expect(entry(menuOf('user:ben'), /^Last active/).label).toBe(
      'Last active: 5 min ago'
    );
    expect(entry(menuOf('agent:notebook'), /^Can/).label).toBe(
      'Can: explain, check'
    );
  });
});

describe('the active file', () => {
  it('is named in the panel, opened by a click, chosen in the menu', () => {
    const { services, session } = stage;
    stage.down(
      welcome({ snapshot: sessionState({ active_file: 'x/sales.ipynb' }) })
    );
    stage.show(<ActiveFile />);
    expect(stage.text).toBe('Looking atsales.ipynb');
    stage.click('The session looks at x/sales.ipynb');
    expect(stage.revealed).toEqual(['x/sales.ipynb']);

    services.workspace.currentFile = () => 'y/other.py';
    entry(activeFileMenu(services, session), /file I am in/).run!();
    entry(activeFileMenu(services, session), /no file/).run!();
    expect(stage.socket.commands).toMatchObject([
      { type: 'session.set_active_file', path: 'y/other.py' },
      { type: 'session.set_active_file', path: null }
    ]);
  });

  it('takes no room when there is none', () => {
    stage.down(welcome());
    stage.show(<ActiveFile />);
    expect(stage.text).toBe('');
  });
});

describe('bringing everyone', () => {
  it('names the cell', () => {
    stage.down(welcome());
    const place = { path: 'a.ipynb', cell_id: 'c1', cell_index: 3 };
    stage.services.workspace.activePlace = () => place;
    bringEveryone(stage.session, stage.services.workspace);
    expect(stage.socket.commands[0]).toMatchObject({
      type: 'reveal.request',
      location: place
    });
  });
});

describe('other sessions', () => {
  it('are marked when something happened that I have not read', () => {
    const summary = { role: 'editor', last_seq: 8, read_seq: 5 };
    const given = (change: Partial<SessionSummary>): SessionSummary =>
      ({ ...summary, ...change }) as SessionSummary;
    expect(hasNews(given({}))).toBe(true);
    expect(hasNews(given({ read_seq: 8 }))).toBe(false);
    expect(hasNews(given({ role: null }))).toBe(false);
  });
});

describe('a new session', () => {
  const draft: Draft = {
    name: '',
    private: false,
    participants: [],
    files: ['a.ipynb']
  };

  it('has a name, people and files; a private one has no people', async () => {
    let now = draft;
    stage.services.workspace.openFiles = () => ['a.ipynb', 'b.py'];
    (stage.services.collab.settings as any).fetch = async () => ({
      ok: true,
      text: async () =>
        JSON.stringify([{ participant_id: 'user:ben', name: 'Ben' }])
    });
    stage.show(
      <NewSessionForm
        services={stage.services}
        draft={draft}
        problem={null}
        onChange={changed => {
          now = changed;
        }}
      />
    );
    await stage.settle();
    const tick = (name: string): void =>
      stage.do(() =>
        [...stage.host.querySelectorAll('label')]
          .find(label => label.textContent!.startsWith(name))!
          .click()
      );
    stage.fill('.jca-NewSession-name input', ' Sales ');
    tick('Ben');
    tick('b.py');
    expect(requestOf(now)).toEqual({
      name: 'Sales',
      private: false,
      participants: ['user:ben'],
      files: ['a.ipynb', 'b.py']
    });
    tick('Private');
    expect(stage.text).not.toContain('Ben');
    expect(requestOf(now).participants).toEqual([]);
  });
});

describe('where notebooks are not shared live', () => {
  function show(mode: SharingMode, reason: string | null): void {
    Object.defineProperty(stage.services.collab, 'sharing', {
      value: { mode, reason }
    });
    stage.show(<SharingNotice />);
  }

  it('nothing is said while they are', () => {
    stage.show(<SharingNotice />);
    expect(stage.text).toBe('');
  });

  it('one line says so, until it was read', () => {
    show('off', 'Live collaboration is switched off (disable_rtc).');
    expect(stage.text).toContain('agents read the saved file');
    expect(stage.text).not.toContain('disable_rtc');
    stage.click('OK');
    expect(stage.text).toBe('');
  });

  it.each<[SharingMode, string, string]>([
    ['unknown-provider', 'another extension', 'Documents are shared by them.'],
    ['unsupported-version', 'left alone', 'pycrdt 0.15 is installed.']
  ])('%s: what does not bind, and why', (mode, words, reason) => {
    show(mode, reason);
    expect(stage.text).toContain(words);
    expect(stage.text).toContain('do not bind people who type');
    expect(stage.text).toContain(reason);
  });
});
