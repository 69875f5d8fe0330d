// A round of three clients that return the 400 KB they were given, all on loopback: topo-harness
// against Flower's SuperLink and SuperNodes.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { median, time, topo, type Bench } from '../bench.ts';
import type { Figure } from '../main.ts';
import { copier, roundsOf, topology, train } from '../train.ts';
import { ask, locate } from './locate.ts';

const app = new URL('flower', import.meta.url).pathname;
const clients = 3;
const rounds = 6;

export async function benchFlower(bench: Bench): Promise<Figure[]> {
  const flwr = locate('flwr', 'FLWR');
  if (flwr === undefined) return [];
  console.log(ask(flwr, '--version'));
  const flower = await timeFlower(bench, dirname(flwr));
  const own = await timeOwn(bench);
  return [
    {
      name: 'a round of 3 clients that return 400 KB: Flower / topo',
      value: median(flower) / median(own),
      unit: '',
      detail: `Flower ${median(flower).toFixed(2)} s, topo ${median(own).toFixed(3)} s, medians of ${flower.length} and ${own.length} rounds`,
    },
  ];
}

/** Seconds of each round. */
async function timeOwn(bench: Bench): Promise<number[]> {
  await time(topo('apply', topology, '--yes', '--quiet'), bench.env);
  const job = { rounds: rounds + 1, shards: clients, hyperparameters: { milliseconds: 0 } };
  const { ledger } = await train(
    bench,
    job,
    Array.from({ length: clients }, () => copier()),
  );
  return roundsOf(ledger).map(({ wall }) => wall / 1_000);
}

async function timeFlower(bench: Bench, programs: string): Promise<number[]> {
  const home = join(bench.folder, 'flower');
  const env = { ...bench.env, HOME: home, PATH: `${programs}:${bench.env['PATH'] ?? ''}` };
  const [link = 0, ...ports] = await freePorts(1 + clients);
  const address = `127.0.0.1:${link}`;
  await mkdir(join(home, '.flwr'), { recursive: true });
  const config = `[superlink]\ndefault = "bench"\n[superlink.bench]\naddress = "${address}"\ninsecure = true\n`;
  await writeFile(join(home, '.flwr/config.toml'), config);
  const start = (program: string, ...args: string[]): ChildProcess =>
    spawn(join(programs, program), args, { env, cwd: home, stdio: ['ignore', 'pipe', 'pipe'] });
  const on = (port: number) => ['--insecure', '--host', '127.0.0.1', '--port', String(port)];
  const superlink = start(
    'flower-superlink',
    ...on(link),
    '--disable-runtime-dependency-installation',
  );
  const started = [superlink];
  try {
    await says(superlink, 'startup complete');
    for (const port of ports) {
      const node = start('flower-supernode', ...on(port), '--superlink', address);
      started.push(node);
      await says(node, 'startup complete');
    }
    return await timeRun(join(programs, 'flwr'), env);
  } finally {
    await Promise.all(started.map(end));
  }
}

async function timeRun(flwr: string, env: Readonly<Record<string, string>>): Promise<number[]> {
  const run = spawn(flwr, ['run', app, '--stream'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  for (const stream of [run.stdout, run.stderr]) {
    stream.on('data', (chunk) => (printed += String(chunk)));
  }
  const [code] = (await once(run, 'close')) as [number | null];
  const begins = [...printed.matchAll(/round begins at ([\d.]+)/g)].map(([, at]) => Number(at));
  if (code !== 0 || begins.length !== rounds + 1) throw new Error(`flwr run: ${printed}`);
  return begins.slice(1).map((at, nth) => at - (begins[nth] ?? NaN));
}

/** Reads on, so that a full pipe holds nothing up. */
function says(child: ChildProcess, words: string): Promise<void> {
  let said = '';
  return new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk) => {
        said += String(chunk);
        if (said.includes(words)) resolve();
      });
    }
    child.once('exit', () => reject(new Error(said)));
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await Promise.race([ended, sleep(20_000)]);
  child.kill('SIGKILL');
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}
