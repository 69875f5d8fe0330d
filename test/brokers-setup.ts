// Serves brokers to the test files, which run in their own processes: one shared, and nodes for one
// file each. Nodes boot ahead, while other tests run. TOPO_TEST_ENDPOINT and TOPO_TEST_AMQP_URL
// name another shared broker.
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { ProvidedContext } from 'vitest';
import type { TestProject } from 'vitest/node';
import { isReady } from '../src/sandbox/ready.ts';
import { readSandbox, readSandboxes } from '../src/sandbox/record.ts';
import { readLog, readState } from '../src/sandbox/runner.ts';
import type { Sandbox } from '../src/sandbox/sandbox.ts';
import { startSandbox } from '../src/sandbox/start.ts';
import { deleteSandbox } from '../src/sandbox/stop.ts';
import { type Broker, brokerOf } from './broker-of.ts';
import { readInstallation, sandboxRoot } from './sandbox/root.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The URL of the service. */
    brokers: string;
  }
}

/** The first project that needs brokers opens the service for the others, too. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { brokers: url } = project.getProvidedContext() as Partial<ProvidedContext>;
  if (url !== undefined) {
    await fetch(`${url}/spare`, { method: 'POST' });
    return () => Promise.resolve();
  }
  // Fail before any test if RabbitMQ is missing, and with it the tools that it brings.
  await readInstallation();
  const brokers = new Brokers(await sandboxRoot());
  brokers.shared().catch(() => undefined);
  const server = await serve(brokers);
  const { port } = server.address() as AddressInfo;
  project.vitest.provide('brokers', `http://127.0.0.1:${port}`);
  return async () => {
    server.closeAllConnections();
    server.close();
    await brokers.close();
  };
}

class Brokers {
  readonly #root: string;
  readonly #closing = new AbortController();
  #shared: Promise<Broker> | undefined;
  readonly #spares: Promise<Sandbox>[] = [];
  /** Nodes boot one after another. */
  #lastBoot: Promise<unknown> = Promise.resolve();
  #boots = 0;

  constructor(root: string) {
    this.#root = root;
  }

  shared(): Promise<Broker> {
    return (this.#shared ??= this.#openShared());
  }

  /** Boots a node ahead, unless one is waiting. */
  spare(): void {
    if (this.#spares.length > 0) return;
    const node = this.#boot();
    node.catch(() => undefined);
    this.#spares.push(node);
  }

  take(): Promise<Sandbox> {
    const node = this.#spares.shift() ?? this.#boot();
    this.spare();
    return node;
  }

  /** Makes a node that still runs a spare again: its test left nothing outside its own vhosts. */
  async giveBack(folder: string): Promise<void> {
    const node = await readSandbox(folder);
    if (node === undefined) return;
    const isRunning = (await readState(node)) === 'running';
    if (isRunning && (await isReady(node))) {
      this.#spares.unshift(Promise.resolve(node));
      return;
    }
    const log = isRunning ? await readLog(node) : '';
    await deleteSandbox(node);
    if (isRunning) throw new Error(`${node.name} runs, but does not answer: ${log.slice(-4_000)}`);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#lastBoot;
    await Promise.all((await readSandboxes(this.#root)).map(deleteSandbox));
  }

  async #openShared(): Promise<Broker> {
    const endpoint = process.env['TOPO_TEST_ENDPOINT'];
    const amqpUrl = process.env['TOPO_TEST_AMQP_URL'];
    if (endpoint !== undefined && amqpUrl !== undefined) {
      const { username, password } = new URL(amqpUrl);
      return { endpoint, amqpUrl, username: username || 'guest', password: password || 'guest' };
    }
    return brokerOf(await this.#boot('error'));
  }

  #boot(logged = 'info'): Promise<Sandbox> {
    const name = `node-${++this.#boots}`;
    const { signal } = this.#closing;
    const booted = this.#lastBoot.then(async () => {
      const installation = await readInstallation();
      await writeSettings(join(this.#root, name), logged);
      return startSandbox({ root: this.#root, name, installation, signal });
    });
    this.#lastBoot = booted.catch(() => undefined);
    return booted;
  }
}

/**
 * The exchange types that Debian's RabbitMQ brings. `logged`: of the shared broker errors alone, as
 * a fifth of the time that a vhost takes goes into lines about it.
 */
async function writeSettings(folder: string, logged: string): Promise<void> {
  const types = ['consistent_hash_exchange', 'random_exchange', 'recent_history_exchange'];
  const names = ['management', ...types, 'sharding', 'shovel', 'federation'].map(
    (name) => `rabbitmq_${name}`,
  );
  await mkdir(join(folder, 'conf.d'), { recursive: true, mode: 0o700 });
  await writeFile(join(folder, 'conf.d', 'log.conf'), `log.console.level = ${logged}\n`);
  await writeFile(join(folder, 'enabled_plugins'), `[${names.join(',')}].\n`);
}

async function serve(brokers: Brokers): Promise<Server> {
  const answers = new Map<string, (body: string) => unknown>([
    ['GET /shared', () => brokers.shared()],
    ['POST /spare', () => brokers.spare()],
    ['POST /take', () => brokers.take()],
    ['POST /give-back', (folder) => brokers.giveBack(folder)],
  ]);
  const server = createServer((request, response) => {
    const answer = answers.get(`${request.method ?? ''} ${request.url ?? ''}`);
    const ask = async () => JSON.stringify((await answer?.(await text(request))) ?? null);
    ask().then(
      (json) => response.end(json),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
