// A broker that is killed and comes back on the same ports, with a vhost for each run.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import { startSandbox } from '../../../src/sandbox/start.ts';
import { deleteSandbox } from '../../../src/sandbox/stop.ts';
import { authorizationOf, brokerOf, type Broker } from '../../broker-of.ts';
import { killNode } from '../../erlang.ts';
import { readInstallation, sandboxRoot } from '../../sandbox/root.ts';

export class ChaosBroker {
  readonly #folder: string;
  readonly #broker: Broker;
  readonly #isOwn: boolean;
  /** Unless it is the shared one, which nobody kills. */
  #sandbox: Sandbox | undefined;

  private constructor(folder: string, broker: Broker, sandbox?: Sandbox, isOwn = false) {
    this.#folder = folder;
    this.#broker = broker;
    this.#sandbox = sandbox;
    this.#isOwn = isOwn;
  }

  /** Of its own: it ends with it. */
  static async start(): Promise<ChaosBroker> {
    const root = await sandboxRoot();
    const installation = await readInstallation();
    const sandbox = await startSandbox({ root, name: 'chaos', installation });
    return new ChaosBroker(await makeFolder(), brokerOf(sandbox), sandbox, true);
  }

  /** On a node that runs, which nobody else uses, and which runs on afterwards. */
  static async on(sandbox: Sandbox): Promise<ChaosBroker> {
    return new ChaosBroker(await makeFolder(), brokerOf(sandbox), sandbox);
  }

  /** On the one that all tests share, for runs that don't kill it. */
  static async shared(broker: Broker): Promise<ChaosBroker> {
    return new ChaosBroker(await makeFolder(), broker);
  }

  get port(): number {
    return Number(new URL(this.#broker.amqpUrl).port);
  }

  /** Of the user guest. */
  get password(): string {
    return this.#broker.password;
  }

  get environment(): Readonly<Record<string, string>> {
    const { endpoint, username, password, amqpUrl } = this.#broker;
    return {
      ...{ RABBITMQ_ENDPOINT: endpoint, RABBITMQ_USERNAME: username },
      ...{ RABBITMQ_PASSWORD: password, AMQP_URL: amqpUrl },
    };
  }

  urlOf(vhost: string): string {
    return `${this.#broker.amqpUrl}/${encodeURIComponent(vhost)}`;
  }

  /** Deleted with the broker. */
  async makeFolder(): Promise<string> {
    return mkdtemp(join(this.#folder, 'run-'));
  }

  async makeVhost(name: string): Promise<void> {
    const all = { configure: '.*', write: '.*', read: '.*' };
    await this.#put(`vhosts/${name}`, {});
    await this.#put(`permissions/${name}/${this.#broker.username}`, all);
  }

  async deleteVhost(name: string): Promise<void> {
    await this.#ask('DELETE', `vhosts/${name}`);
  }

  /** By SIGKILL; gives the milliseconds until it was back. */
  async killAndRestart(): Promise<number> {
    const started = performance.now();
    if (this.#sandbox === undefined) throw new Error('others use this broker');
    const { folder, name, ports } = this.#sandbox;
    const root = dirname(folder);
    await killNode(this.#sandbox);
    const installation = await readInstallation();
    this.#sandbox = await startSandbox({ root, name, installation });
    if (this.#sandbox.ports.amqp !== ports.amqp)
      throw new Error('the broker came back on another port');
    return performance.now() - started;
  }

  async close(): Promise<void> {
    if (this.#isOwn && this.#sandbox !== undefined) await deleteSandbox(this.#sandbox);
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #put(path: string, body: unknown): Promise<void> {
    await this.#ask('PUT', path, body);
  }

  async #ask(method: string, path: string, body?: unknown): Promise<void> {
    const broker = this.#broker;
    const answer = await fetch(`${broker.endpoint}/api/${path}`, {
      method,
      headers: { authorization: authorizationOf(broker), 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  }
}

const makeFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'topo-chaos-'));
