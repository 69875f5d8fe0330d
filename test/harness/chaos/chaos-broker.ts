// A private broker that is killed and comes back on the same ports, with a vhost for each run.
import { mkdtemp } from 'node:fs/promises';
import {
  amqpUrlOf,
  credentials,
  endpointOf,
  sandboxEnvironment,
} from '../../../src/sandbox/sandbox.ts';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import { startSandbox } from '../../../src/sandbox/start.ts';
import { deleteSandbox, killSandbox } from '../../../src/sandbox/stop.ts';
import { readInstallation, sandboxRoot } from '../../sandbox/root.ts';

export class ChaosBroker {
  readonly #root: string;
  #sandbox: Sandbox;

  private constructor(root: string, sandbox: Sandbox) {
    this.#root = root;
    this.#sandbox = sandbox;
  }

  static async start(): Promise<ChaosBroker> {
    const root = await sandboxRoot();
    const installation = await readInstallation();
    return new ChaosBroker(root, await startSandbox({ root, name: 'chaos', installation }));
  }

  get port(): number {
    return this.#sandbox.ports.amqp;
  }

  get environment(): Readonly<Record<string, string>> {
    return sandboxEnvironment(this.#sandbox);
  }

  urlOf(vhost: string): string {
    return `${amqpUrlOf(this.#sandbox)}/${encodeURIComponent(vhost)}`;
  }

  /** Deleted with the broker. */
  async makeFolder(): Promise<string> {
    return mkdtemp(`${this.#root}/run-`);
  }

  async makeVhost(name: string): Promise<void> {
    const all = { configure: '.*', write: '.*', read: '.*' };
    await this.#put(`vhosts/${name}`, {});
    await this.#put(`permissions/${name}/${credentials.username}`, all);
  }

  async deleteVhost(name: string): Promise<void> {
    await this.#ask('DELETE', `vhosts/${name}`);
  }

  /** As a power cut would; gives the milliseconds until it was back. */
  async killAndRestart(): Promise<number> {
    const started = performance.now();
    const { amqp } = this.#sandbox.ports;
    await killSandbox(this.#sandbox);
    const installation = await readInstallation();
    this.#sandbox = await startSandbox({ root: this.#root, name: 'chaos', installation });
    if (this.port !== amqp) throw new Error('the broker came back on another port');
    return performance.now() - started;
  }

  async close(): Promise<void> {
    await deleteSandbox(this.#sandbox);
  }

  async #put(path: string, body: unknown): Promise<void> {
    await this.#ask('PUT', path, body);
  }

  async #ask(method: string, path: string, body?: unknown): Promise<void> {
    const { username, password } = credentials;
    const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    const answer = await fetch(`${endpointOf(this.#sandbox)}/api/${path}`, {
      method,
      headers: { authorization, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  }
}
