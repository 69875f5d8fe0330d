// A cluster of RabbitMQ nodes on this machine, each in a network namespace of its own: cut off and
// healed, killed and started again.
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { openSync, closeSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { authorizationOf, type Broker } from '../broker-of.ts';
import { evaluateAt } from '../erlang.ts';
import { readInstallation } from '../sandbox/root.ts';
import { makeNetwork, type Machine, type Network } from './network.ts';

export interface ClusterNode extends Broker {
  /** As the cluster names it. */
  readonly name: string;
  /** Works while no link is cut; `endpoint` and `amqpUrl` work always. */
  readonly clusterEndpoint: string;
  readonly machine: Machine;
  readonly folder: string;
}

const ports = { amqp: 5672, management: 15672, dist: 25672 };
const user = { username: 'guest', password: 'guest' };
/** Seconds until a node counts one that is silent as down. */
const ticktime = 4;
/** The nodes of several test files may boot on a busy machine. */
const bootMs = 240_000;

export class Cluster {
  readonly nodes: readonly ClusterNode[];
  readonly #network: Network;
  readonly #folder: string;
  readonly #processes = new Map<ClusterNode, ChildProcess[]>();
  readonly #cut = new Set<ClusterNode>();

  private constructor(network: Network, folder: string) {
    this.#network = network;
    this.#folder = folder;
    this.nodes = network.machines.map((machine) => ({
      name: `rabbit@${machine.address}`,
      endpoint: `http://${machine.hostAddress}:${ports.management}`,
      amqpUrl: `amqp://guest:guest@${machine.hostAddress}:${ports.amqp}`,
      clusterEndpoint: `http://${machine.address}:${ports.management}`,
      ...user,
      machine,
      folder: join(folder, machine.port),
    }));
  }

  /** Ends what it has begun if it fails. */
  static async start(size = 3): Promise<Cluster> {
    const folder = await mkdtemp(join(tmpdir(), 'topo-cluster-'));
    const network = await makeNetwork(size);
    const cluster = new Cluster(network, folder);
    try {
      const cookie = randomBytes(24).toString('hex');
      for (const node of cluster.nodes) await cluster.#write(node, cookie);
      await Promise.all(cluster.nodes.map((node) => cluster.startNode(node)));
      await cluster.untilWhole();
      return cluster;
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  }

  async #write({ folder }: ClusterNode, cookie: string): Promise<void> {
    await mkdir(join(folder, 'conf.d'), { recursive: true });
    const peers = this.nodes.map(
      ({ name }, index) => `cluster_formation.classic_config.nodes.${index + 1} = ${name}`,
    );
    const files = {
      'rabbitmq.conf': [
        'loopback_users = none',
        `listeners.tcp.1 = 0.0.0.0:${ports.amqp}`,
        'management.tcp.ip = 0.0.0.0',
        `management.tcp.port = ${ports.management}`,
        'cluster_formation.peer_discovery_backend = classic_config',
        ...peers,
        // Comes back by itself, and says that it was cut off.
        'cluster_partition_handling = ignore',
      ].join('\n'),
      'advanced.config': '[].\n',
      enabled_plugins: '[rabbitmq_management].\n',
    };
    for (const [file, text] of Object.entries(files)) await writeFile(join(folder, file), text);
    await writeFile(join(folder, '.erlang.cookie'), cookie, { mode: 0o400 });
  }

  /** Starts a node, for the first time or after a kill, and waits until it answers. */
  async startNode(node: ClusterNode): Promise<void> {
    const installation = await readInstallation();
    if (installation.kind !== 'local') throw new Error('a cluster needs an installed RabbitMQ');
    const log = openSync(join(node.folder, 'node.log'), 'a');
    const start = (program: string, args: readonly string[] = []): ChildProcess =>
      // Whoever ends this process, ends the nodes.
      spawn(
        'setpriv',
        ['--pdeathsig', 'KILL', 'ip', 'netns', 'exec', node.machine.namespace, program, ...args],
        { cwd: node.folder, env: environmentOf(node), detached: true, stdio: ['ignore', log, log] },
      );
    const processes = [start(installation.epmd), start(installation.server, ['-noinput'])];
    closeSync(log);
    this.#processes.set(node, processes);
    const [, server] = processes;
    const deadline = Date.now() + bootMs;
    while (!(await answers(node))) {
      if (server?.exitCode !== null || Date.now() > deadline) {
        const text = await readFile(join(node.folder, 'node.log'), 'utf8');
        throw new Error(`${node.name} did not start:\n${text.slice(-3_000)}`);
      }
      await pause(200);
    }
  }

  /** As a power cut would. */
  async kill(node: ClusterNode): Promise<void> {
    const processes = this.#processes.get(node) ?? [];
    this.#processes.delete(node);
    await Promise.all(processes.map(end));
  }

  /** Cuts a node off from the others; the host still reaches it at `endpoint`. */
  async cut(node: ClusterNode): Promise<void> {
    this.#cut.add(node);
    await this.#network.cut(node.machine);
  }

  /** Links a node again that was cut off: it stays partitioned until `recover`. */
  async heal(node: ClusterNode): Promise<void> {
    await this.#network.heal(node.machine);
  }

  /** Makes the leader of a quorum queue, unless it has been deleted, the one on this node. */
  async moveLeader(vhost: string, queue: string, to: ClusterNode): Promise<void> {
    const name = `rabbit_misc:r(<<"${vhost}">>, queue, <<"${queue}">>)`;
    const move = `rabbit_quorum_queue:transfer_leadership(Q, '${to.name}')`;
    const found = `rabbit_amqqueue:lookup(${name})`;
    await evaluateIn(to, `case ${found} of {ok, Q} -> ${move}; {error, not_found} -> gone end`);
  }

  /** Waits until each of the nodes sees these as running, and no others. */
  async untilSeen(by: readonly ClusterNode[], running: readonly ClusterNode[]): Promise<void> {
    const wanted = running.map(({ name }) => name).sort();
    const deadline = Date.now() + bootMs;
    for (const node of by) {
      let seen: string[] = [];
      while (seen.join() !== wanted.join()) {
        if (Date.now() > deadline)
          throw new Error(`${node.name} sees ${seen.join()}, not ${wanted.join()}`);
        seen = await runningNodes(node).catch(() => []);
        await pause(200);
      }
    }
  }

  untilWhole(): Promise<void> {
    return this.untilSeen(this.nodes, this.nodes);
  }

  /** Starts nodes that were killed, heals links, and lets nodes that were cut off join again. */
  async recover(): Promise<void> {
    for (const node of this.#cut) {
      await this.#network.heal(node.machine);
      // On 3.10 a partition ends only with a restart, and what this side has written goes.
      await this.kill(node);
    }
    this.#cut.clear();
    const down = this.nodes.filter((node) => !this.#processes.has(node));
    await Promise.all(down.map((node) => this.startNode(node)));
    await this.untilWhole();
  }

  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => this.kill(node)));
    this.#network.remove();
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Evaluates an expression in the node: at `hostAddress`, which works while it is cut off. */
const evaluateIn = ({ folder, machine }: ClusterNode, expression: string) =>
  evaluateAt({ folder, address: `${machine.hostAddress}:${ports.dist}` }, expression);

/** The node's whole environment: a RABBITMQ_… or ERL_… of the shell must not reach it. */
function environmentOf({ name, folder }: ClusterNode): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    LANG: 'C.UTF-8',
    HOME: folder,
    ERL_CRASH_DUMP_SECONDS: '0',
    RABBITMQ_ALLOW_INPUT: 'true',
    RABBITMQ_USE_LONGNAME: 'true',
    RABBITMQ_NODENAME: name,
    RABBITMQ_DIST_PORT: String(ports.dist),
    // With one scheduler each, three nodes boot in a sixth less processor time.
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: `+S 1:1 -kernel net_ticktime ${ticktime}`,
    RABBITMQ_CONF_ENV_FILE: '/dev/null',
    RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq.conf'),
    RABBITMQ_CONFIG_FILES: join(folder, 'conf.d'),
    RABBITMQ_ADVANCED_CONFIG_FILE: join(folder, 'advanced.config'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'enabled_plugins'),
    RABBITMQ_MNESIA_BASE: join(folder, 'data'),
    RABBITMQ_LOG_BASE: folder,
    RABBITMQ_LOGS: '-',
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = once(child, 'exit');
  process.kill(-child.pid, 'SIGKILL');
  await ended;
}

async function get(node: ClusterNode, path: string): Promise<unknown> {
  const headers = { authorization: authorizationOf(node) };
  const answer = await fetch(`${node.endpoint}/api/${path}`, {
    headers,
    signal: AbortSignal.timeout(10_000),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

const answers = (node: ClusterNode): Promise<boolean> =>
  get(node, 'whoami').then(
    () => true,
    () => false,
  );

interface NodeRow {
  readonly name: string;
  readonly running: boolean;
}

async function runningNodes(node: ClusterNode): Promise<string[]> {
  const rows = (await get(node, 'nodes')) as NodeRow[];
  return rows
    .filter(({ running }) => running)
    .map(({ name }) => name)
    .sort();
}
