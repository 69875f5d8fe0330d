// A broker that is killed and comes back on the same ports, with a vhost for each run.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { amqpUrlOf, sandboxEnvironment, type Sandbox } from '../../../src/sandbox/sandbox.ts';
import { startSandbox } from '../../../src/sandbox/start.ts';
import { deleteSandbox } from '../../../src/sandbox/stop.ts';
import { authorizationOf, brokerOf } from '../../broker-of.ts';
import { killNode } from '../../erlang.ts';
import { readInstallation, sandboxRoot } from '../../sandbox/root.ts';

export class ChaosBroker {
  readonly #folder: string;
  readonly #end: (sandbox: Sandbox) => Promise<void>;
  #sandbox: Sandbox;

  private constructor(
    folder: string,
    sandbox: Sandbox,
    end: (sandbox: Sandbox) => Promise<void> = () => Promise.resolve(),
  ) {
    this.#folder = folder;
    this.#sandbox = sandbox;
    this.#end = end;
  }

  /** Of its own: it ends with it. */
  static async start(): Promise<ChaosBroker> {
    const root = await sandboxRoot();
    const installation = await readInstallation();
    const sandbox = await startSandbox({ root, name: 'chaos', installation });
    return new ChaosBroker(await makeFolder(), sandbox, deleteSandbox);
  }

  /** On a node that runs, which nobody else uses, and which runs on afterwards. */
  static async on(sandbox: Sandbox): Promise<ChaosBroker> {
    return new ChaosBroker(await makeFolder(), sandbox);
  }

  get port(): number {
    return this.#sandbox.ports.amqp;
  }

  /** Of the user guest. */
  get password(): string {
    return this.#sandbox.password;
  }

  get environment(): Readonly<Record<string, string>> {
    return sandboxEnvironment(this.#sandbox);
  }

  urlOf(vhost: string): string {
    return `${amqpUrlOf(this.#sandbox)}/${encodeURIComponent(vhost)}`;
  }

  /** Deleted with the broker. */
  async makeFolder(): Promise<string> {
    return mkdtemp(join(this.#folder, 'run-'));
  }

  async makeVhost(name: string): Promise<void> {
    const all = { configure: '.*', write: '.*', read: '.*' };
    await this.#put(`vhosts/${name}`, {});
    await this.#put(`permissions/${name}/${brokerOf(this.#sandbox).username}`, all);
  }

  async deleteVhost(name: string): Promise<void> {
    await this.#ask('DELETE', `vhosts/${name}`);
  }

  /** By SIGKILL; gives the milliseconds until it was back. */
  async killAndRestart(): Promise<number> {
    const started = performance.now();
    const { folder, name, ports } = this.#sandbox;
    const root = dirname(folder);
    await killNode(this.#sandbox);
    const installation = await readInstallation();
    this.#sandbox = await startSandbox({ root, name, installation });
    if (this.port !== ports.amqp) throw new Error('the broker came back on another port');
    return performance.now() - started;
  }

  async close(): Promise<void> {
    await this.#end(this.#sandbox);
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #put(path: string, body: unknown): Promise<void> {
    await this.#ask('PUT', path, body);
  }

  async #ask(method: string, path: string, body?: unknown): Promise<void> {
    const broker = brokerOf(this.#sandbox);
    const answer = await fetch(`${broker.endpoint}/api/${path}`, {
      method,
      headers: { authorization: authorizationOf(broker), 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  }
}

const makeFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'topo-chaos-'));
