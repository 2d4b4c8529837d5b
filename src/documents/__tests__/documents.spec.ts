import { DocumentState } from '../../protocol.gen';
import { Documents } from '../documents';
import { documentState, FakeChannel, lock, NOTEBOOK } from './kit';

/** Let what was put off to the end of the turn happen. */
const turn = () => Promise.resolve();

function tell(documents: Documents, state: DocumentState): void {
  documents.take({ type: 'document.changed', document: state });
}

describe('documents of a session', () => {
  let channel: FakeChannel;
  let documents: Documents;
  let changes: string[];

  beforeEach(() => {
    channel = new FakeChannel();
    documents = new Documents(channel);
    changes = [];
    documents.changed.connect((_, path) => changes.push(path));
  });

  const watched = () => channel.said.map(wish => (wish as any).paths);

  it('says once what is watched, however many come together', async () => {
    documents.watch('a.py');
    documents.watch('b.py');
    documents.watch('a.py');
    await turn();
    expect(watched()).toEqual([['a.py', 'b.py']]);
  });

  it('goes on watching until the last one is not interested', async () => {
    const first = documents.watch(NOTEBOOK);
    const second = documents.watch(NOTEBOOK);
    await turn();
    tell(documents, documentState([lock()]));
    first.dispose();
    first.dispose();
    await turn();
    expect(documents.get(NOTEBOOK)?.locks).toHaveLength(1);
    second.dispose();
    await turn();
    expect(documents.get(NOTEBOOK)).toBeNull();
    expect(watched()).toEqual([[NOTEBOOK], []]);
  });

  it('tells a new connection again, and keeps meanwhile what it knew', async () => {
    documents.watch(NOTEBOOK);
    await turn();
    tell(documents, documentState([lock()]));
    channel.setLive(false);
    await turn();
    expect(documents.get(NOTEBOOK)?.locks).toHaveLength(1);
    channel.setLive(true);
    await turn();
    expect(watched()).toEqual([[NOTEBOOK], [NOTEBOOK]]);
  });

  it('says nothing to a connection that watches nothing', async () => {
    channel.setLive(false);
    channel.setLive(true);
    await turn();
    expect(channel.said).toEqual([]);
  });

  it('asks for no more than the server takes', async () => {
    for (let i = 0; i < 120; i++) {
      documents.watch(`${i}.py`);
    }
    await turn();
    expect(watched()[0]).toHaveLength(100);
  });

  it('keeps nothing of documents that nobody would tell of again', () => {
    tell(documents, documentState([lock()]));
    expect(documents.all).toEqual([]);
    expect(changes).toEqual([]);
  });

  it('knows a renamed document by its new name only', () => {
    documents.watch(NOTEBOOK);
    documents.watch('new.ipynb');
    tell(documents, documentState([lock()]));
    tell(documents, documentState([lock()], { path: 'new.ipynb' }));
    expect(documents.get(NOTEBOOK)).toBeNull();
    expect(documents.get('new.ipynb')?.locks).toHaveLength(1);
    expect(changes).toEqual([NOTEBOOK, NOTEBOOK, 'new.ipynb']);
  });

  it('says nothing after it was disposed', async () => {
    const watch = documents.watch(NOTEBOOK);
    documents.dispose();
    watch.dispose();
    await turn();
    expect(channel.said).toEqual([]);
    expect(changes).toEqual([]);
  });
});
