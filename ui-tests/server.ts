import { ChildProcess, spawn } from 'child_process';
import { closeSync, cpSync, mkdirSync, mkdtempSync, openSync } from 'fs';
import { readFileSync, rmSync } from 'fs';
import { AddressInfo, createServer } from 'net';
import { tmpdir } from 'os';
import { join } from 'path';

const START_TIMEOUT = 60_000;
const DEMO_FILES = join(
  __dirname,
  '..',
  'jupyter_collab_agents',
  'demo',
  'files'
);

/** Dora may read files, not change them. */
export type Person = 'ann' | 'ben' | 'cleo' | 'dora';

export function tokenOf(person: Person): string {
  return `${person}-token`;
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>(done => probe.listen(0, '127.0.0.1', done));
  const { port } = probe.address() as AddressInfo;
  await new Promise(done => probe.close(done));
  return port;
}

/** JupyterLab in a process and in folders of its own; it can be killed. */
export class LabServer {
  private constructor(
    readonly port: number,
    private readonly home: string,
    private readonly options: string[]
  ) {}

  /**
   * Traits may be given, such as `CollabAgents.session_timeout=5`. Waits until
   * collaboration is ready, or says why it is not.
   */
  static async start(
    options: string[] = [],
    { ready } = { ready: true }
  ): Promise<LabServer> {
    const home = mkdtempSync(join(tmpdir(), 'jca-ui-'));
    mkdirSync(join(home, 'root'));
    const server = new LabServer(await freePort(), home, options);
    await server.run(ready);
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The folder whose files people see. */
  get root(): string {
    return join(this.home, 'root');
  }

  /** A folder that a page may start in. */
  makeFolder(folder: string): void {
    mkdirSync(join(this.root, folder), { recursive: true });
  }

  /** Put fresh copies of the demo's files into a folder of the root. */
  copyDemoFiles(folder: string): void {
    cpSync(DEMO_FILES, join(this.root, folder), { recursive: true });
  }

  async run(ready = true): Promise<void> {
    const log = openSync(join(this.home, 'server.log'), 'a');
    this.process = spawn(
      'python',
      [
        '-m',
        'jupyterlab',
        `--config=${join(__dirname, 'jupyter_server_test_config.py')}`,
        ...this.options.map(option => `--${option}`)
      ],
      {
        // the collaboration extension keeps its store in the working directory
        cwd: this.home,
        stdio: ['ignore', log, log],
        env: {
          ...process.env,
          JCA_TEST_PORT: String(this.port),
          JCA_TEST_ROOT: this.root,
          JUPYTER_CONFIG_DIR: join(this.home, 'config'),
          JUPYTER_DATA_DIR: join(this.home, 'data'),
          JUPYTER_RUNTIME_DIR: join(this.home, 'runtime')
        }
      }
    );
    closeSync(log);
    await this.answers(ready ? 200 : 503);
  }

  /** As a crash: no goodbye to anybody. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** Orderly, and leaves nothing behind. */
  async stop(): Promise<void> {
    await this.end('SIGTERM');
    rmSync(this.home, { recursive: true, force: true, maxRetries: 5 });
  }

  log(): string {
    return readFileSync(join(this.home, 'server.log'), 'utf8');
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.process;
    if (!child || child.exitCode !== null || child.signalCode !== null) {
      return;
    }
    const ended = new Promise(done => child.once('exit', done));
    const impatient = setTimeout(() => child.kill('SIGKILL'), 10_000);
    child.kill(signal);
    await ended;
    clearTimeout(impatient);
  }

  /** Wait until the health page has this status. */
  private async answers(status: number): Promise<void> {
    const deadline = Date.now() + START_TIMEOUT;
    while (Date.now() < deadline && this.process?.exitCode === null) {
      try {
        const answer = await fetch(`${this.url}/api/collab-agents/health`, {
          headers: { Authorization: `token ${tokenOf('ann')}` }
        });
        if (answer.status === status) {
          return;
        }
      } catch {
        // nobody listens yet
      }
      await new Promise(done => setTimeout(done, 100));
    }
    await this.end('SIGKILL');
    throw new Error(`JupyterLab did not start:\n${this.log().slice(-4000)}`);
  }

  private process: ChildProcess | null = null;
}
