import { ServerConnection } from '@jupyterlab/services';
import { ProposalSource } from '../proposalDetails';
import { details, proposal } from './kit';

/** Answers when it is told to. */
class SlowServer {
  readonly asked: ((answer: unknown, status?: number) => void)[] = [];
  readonly settings = ServerConnection.makeSettings({
    fetch: (() =>
      new Promise(resolve =>
        this.asked.push((answer, status = 200) =>
          resolve(new Response(JSON.stringify(answer), { status }))
        )
      )) as any
  });
}

const settle = () => new Promise(done => setTimeout(done, 0));

describe('what is in a proposal', () => {
  let server: SlowServer;
  let source: ProposalSource;
  let news: string[];

  beforeEach(() => {
    server = new SlowServer();
    source = new ProposalSource(server.settings);
    news = [];
    source.changed.connect((_, id) => news.push(id));
  });

  it('is fetched once, however often it is looked at', async () => {
    expect(source.get(proposal()).details).toBeNull();
    source.get(proposal());
    expect(server.asked).toHaveLength(1);
    server.asked[0](details());
    await settle();
    expect(news).toEqual(['p1']);
    expect(source.get(proposal()).details).toEqual(details());
    expect(server.asked).toHaveLength(1);
  });

  it('is fetched again when it has changed; meanwhile the old is shown', async () => {
    source.get(proposal());
    server.asked[0](details());
    await settle();
    expect(source.get(proposal({ revision: 2 })).details).not.toBeNull();
    expect(server.asked).toHaveLength(2);
  });

  it('is not replaced by an answer that comes too late', async () => {
    source.get(proposal());
    source.get(proposal({ revision: 2 }));
    const second = details({ proposal: proposal({ revision: 2 }) });
    server.asked[1](second);
    await settle();
    server.asked[0](details());
    await settle();
    const known = source.get(proposal({ revision: 2 })).details;
    expect(known?.proposal.revision).toBe(2);
  });

  it('says why it is not there', async () => {
    source.get(proposal());
    server.asked[0](
      {
        code: 'not_found',
        message: 'There is no such proposal.',
        detail: null
      },
      404
    );
    await settle();
    expect(source.get(proposal()).problem).toBe('There is no such proposal.');
  });

  it('that is over is told to nobody', async () => {
    source.get(proposal());
    source.dispose();
    server.asked[0](details());
    await settle();
    expect(news).toEqual([]);
  });
});
