// Network namespaces on this machine, as the machines of a cluster: each has a link to the others
// that can be cut, and one to the host that can't. Takes root.
import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';

/** Milliseconds: a test's timeout can't end a program that it waits for synchronously. */
const timeout = 20_000;

/** Undefined where namespaces can be made; else why not. */
export function whyNoNamespaces(): string | undefined {
  if (process.platform !== 'linux') return 'network namespaces need Linux';
  if (process.getuid?.() !== 0) return 'network namespaces need root';
  const name = `topo-probe-${process.pid}`;
  const made = spawnSync('ip', ['netns', 'add', name], { timeout, encoding: 'utf8' });
  if (made.status !== 0) return `ip netns add failed: ${made.error?.message ?? made.stderr}`;
  spawnSync('ip', ['netns', 'delete', name], { timeout });
  return undefined;
}

export interface Machine {
  readonly namespace: string;
  /** Among the machines, which the host can reach while no link is cut. */
  readonly address: string;
  /** For the host alone: works while the machine is cut off from the others. */
  readonly hostAddress: string;
  /** Its end of the link to the others, on the side of the switch. */
  readonly port: string;
}

export interface Network {
  readonly machines: readonly Machine[];
  cut(machine: Machine): Promise<void>;
  heal(machine: Machine): Promise<void>;
  /** Everything that runs in the namespaces must have ended. */
  remove(): void;
}

const run = promisify(execFile);
async function ip(...args: string[]): Promise<void> {
  await run('ip', args, { timeout });
}

/** Removes what it has made if it fails, and what processes that were killed have left. */
export async function makeNetwork(size: number): Promise<Network> {
  removeLeftovers();
  const subnet = freeSubnet();
  const hub = `topo-${process.pid}-${subnet}`;
  const machines = Array.from({ length: size }, (_, index) => ({
    namespace: `${hub}-${index + 1}`,
    address: `10.77.${subnet}.${index + 1}`,
    hostAddress: `10.78.${subnet}.${4 * index + 2}`,
    port: `p${index + 1}`,
  }));
  const remove = (): void => {
    for (const namespace of [...machines.map((one) => one.namespace), hub])
      spawnSync('ip', ['netns', 'delete', namespace], { timeout });
  };
  try {
    await makeHub(hub, subnet);
    for (const [index, machine] of machines.entries()) await connect(hub, machine, index, subnet);
  } catch (error) {
    remove();
    throw error;
  }
  return {
    machines,
    cut: ({ port }) => ip('-n', hub, 'link', 'set', port, 'down'),
    heal: ({ port }) => ip('-n', hub, 'link', 'set', port, 'up'),
    remove,
  };
}

function removeLeftovers(): void {
  const listed = execFileSync('ip', ['netns', 'list'], { timeout, encoding: 'utf8' });
  for (const [namespace = '', pid] of listed.matchAll(/^topo-(\d+)-\S+/gm))
    if (!existsSync(`/proc/${pid ?? ''}`))
      spawnSync('ip', ['netns', 'delete', namespace], { timeout });
}

/** The third number of addresses that the host does not use yet. */
function freeSubnet(): number {
  const used = execFileSync('ip', ['-o', '-4', 'address'], { timeout, encoding: 'utf8' });
  const all = Array.from({ length: 250 }, (_, n) => ((process.pid + n) % 250) + 1);
  const free = all.find((n) => !used.includes(`10.77.${n}.`) && !used.includes(`10.78.${n}.`));
  if (free === undefined) throw new Error('no subnet of 10.77.0.0/16 is free');
  return free;
}

/** A switch, with the host as one of those on it. */
async function makeHub(hub: string, subnet: number): Promise<void> {
  await ip('netns', 'add', hub);
  await ip('-n', hub, 'link', 'add', 'switch', 'type', 'bridge');
  await ip('-n', hub, 'link', 'set', 'switch', 'up');
  await link(hub, 'host', undefined, `topoh${subnet}`, `10.77.${subnet}.254/24`);
  await ip('-n', hub, 'link', 'set', 'host', 'master', 'switch');
}

async function connect(
  hub: string,
  { namespace, address, hostAddress, port }: Machine,
  index: number,
  subnet: number,
): Promise<void> {
  await ip('netns', 'add', namespace);
  await ip('-n', namespace, 'link', 'set', 'lo', 'up');
  await link(hub, port, namespace, 'cluster', `${address}/24`);
  await ip('-n', hub, 'link', 'set', port, 'master', 'switch');
  const name = `topo${subnet}p${index + 1}`;
  await link(namespace, 'outside', undefined, name, `10.78.${subnet}.${4 * index + 1}/30`);
  await ip('-n', namespace, 'address', 'add', `${hostAddress}/30`, 'dev', 'outside');
}

/** Connects `near` in one namespace to `far`, which gets an address, in another or in the host. */
async function link(
  at: string,
  near: string,
  to: string | undefined,
  far: string,
  address: string,
): Promise<void> {
  const peer = ['peer', 'name', far, ...(to === undefined ? [] : ['netns', to])];
  // Made in the host's namespace, where the peer stays unless it is sent elsewhere.
  await ip('link', 'add', near, 'netns', at, 'type', 'veth', ...peer);
  const there = to === undefined ? [] : ['-n', to];
  await ip(...there, 'address', 'add', address, 'dev', far);
  await ip(...there, 'link', 'set', far, 'up');
  await ip('-n', at, 'link', 'set', near, 'up');
}
