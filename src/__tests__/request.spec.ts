import { ServerConnection } from '@jupyterlab/services';
import {
  RequestError,
  acceptInvite,
  contextHistory,
  exportUrl,
  health,
  inviteUrl,
  joinUrl,
  mayWriteFiles,
  messagesPage,
  requestAPI
} from '../request';

interface IAnswer {
  status: number;
  body: unknown;
}

/** A server that notes what it is asked. */
function server(answer: IAnswer | Error, token = '') {
  const asked: { url: string; method: string; body: string }[] = [];
  const settings = {
    ...ServerConnection.makeSettings({
      baseUrl: 'http://host/base/',
      wsUrl: 'ws://host/base/',
      token
    }),
    fetch: async (request: any) => {
      if (answer instanceof Error) {
        throw answer;
      }
      const { url, method } = request;
      asked.push({ url, method, body: await request.text() });
      const text =
        typeof answer.body === 'string'
          ? answer.body
          : JSON.stringify(answer.body);
      return {
        ok: answer.status < 400,
        status: answer.status,
        statusText: 'words',
        text: async () => text
      } as any;
    }
  };
  return { settings, asked };
}

describe('whether files may be changed', () => {
  it.each([
    [['write'], true],
    [[], false]
  ])('is what Jupyter says: %p', async (allowed, may) => {
    const body = { identity: {}, permissions: { contents: allowed } };
    const { settings, asked } = server({ status: 200, body });
    expect(await mayWriteFiles(settings)).toBe(may);
    const { pathname, searchParams } = new URL(asked[0].url);
    expect(pathname).toBe('/base/api/me');
    expect(searchParams.get('permissions')).toBe('{"contents":["write"]}');
  });
});

describe('a request', () => {
  it('goes below our own path, with every name escaped', async () => {
    const { settings, asked } = server({ status: 200, body: {} });
    await contextHistory('s1', 'a key/with #', settings);
    expect(asked[0].url).toContain(
      'http://host/base/api/collab-agents/sessions/s1/context/a%20key%2Fwith%20%23'
    );
  });

  it('says only the parameters that are given', async () => {
    const { settings, asked } = server({ status: 200, body: {} });
    await messagesPage('s1', { before: 9, thread: undefined }, settings);
    expect(asked[0].url).toMatch(/messages\?before=9(&\d+)?$/);
  });

  it('posts JSON', async () => {
    const { settings, asked } = server({ status: 200, body: {} });
    await acceptInvite({ token: 't' }, settings);
    expect(asked[0]).toMatchObject({ method: 'POST', body: '{"token":"t"}' });
  });

  it.each([
    [
      { status: 409, body: { code: 'conflict', message: 'No.', detail: 'x' } },
      'conflict',
      'No.'
    ],
    [{ status: 404, body: '<html>' }, 'not_found', '404 words'],
    [{ status: 403, body: { message: 'XSRF' } }, 'forbidden', 'XSRF'],
    [{ status: 500, body: '' }, 'internal', '500 words'],
    [new TypeError('no network'), 'network', 'no network']
  ])('rejects with a code and words (%#)', async (answer, code, message) => {
    const { settings } = server(answer);
    const error: RequestError = await requestAPI<never>(
      'api/x',
      {},
      settings
    ).catch(e => e);
    expect(error).toBeInstanceOf(RequestError);
    expect(error.code).toBe(code);
    expect(error.message).toContain(message);
  });

  it('hears what is wrong from a server that is not ready', async () => {
    const body = { ready: false, problem: 'The database is newer.' };
    const { settings } = server({ status: 503, body });
    expect((await health(settings)).problem).toBe('The database is newer.');
  });
});

describe('an address', () => {
  it('of a socket carries a token only where the page has one', () => {
    const resume = { after: 7, at: 70, epoch: 'e1' };
    const plain = server({ status: 200, body: {} }).settings;
    expect(joinUrl('s1', null, plain)).toBe(
      'ws://host/base/api/collab-agents/sessions/s1/join?protocol=1'
    );
    const open = server({ status: 200, body: {} }, 'secret').settings;
    expect(joinUrl('s1', resume, open)).toBe(
      'ws://host/base/api/collab-agents/sessions/s1/join?protocol=1&after=7&at=70&epoch=e1&token=secret'
    );
  });

  it('of an invitation opens JupyterLab', () => {
    const { settings } = server({ status: 200, body: {} });
    expect(inviteUrl('a b', settings)).toBe(
      'http://host/base/lab?collab-invite=a+b'
    );
    expect(exportUrl('s1', 'md', settings)).toContain('/export?format=md');
  });
});
