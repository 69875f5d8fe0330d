// Parses the flags of topo-harness work.
import { hostname } from 'node:os';
import { join } from 'node:path';
import { builtInTrainers } from '../../harness/trainers/module/built-in.ts';
import { shardDefaults } from '../../harness/data/shard/settings.ts';
import type { TrainerOptions } from '../../harness/trainers/exec/options.ts';
import type { LogLevel, WorkLog } from '../../harness/work/log.ts';
import type { MetricsAddress } from '../../harness/work/metrics.ts';
import { nearest } from '../../topology/did-you-mean.ts';
import { quote } from '../../topology/quote.ts';
import { parseCount, wrongFlag } from '../flags.ts';
import { parseDuration } from './duration.ts';
import type { HarnessFlags } from './read-harness.ts';

export interface WorkFlags extends HarnessFlags {
  readonly exec?: string;
  readonly execPerTask?: string;
  readonly handler?: string;
  readonly trainer?: string;
  readonly concurrency: string;
  readonly prefetch?: string;
  readonly pool?: boolean;
  readonly maxTask: string;
  readonly maxStart: string;
  readonly maxAttempts: string;
  readonly name?: string;
  readonly state: string;
  readonly root: readonly string[];
  readonly allowHost: readonly string[];
  readonly env: readonly string[];
  readonly heartbeat: string;
  readonly metrics?: string;
  readonly logLevel: LogLevel;
}

export type Trainer =
  | { readonly kind: 'exec' | 'exec_per_task'; readonly command: string }
  | { readonly kind: 'handler'; readonly module: string };

export function parseTrainer({ exec, execPerTask, handler, trainer: name }: WorkFlags): Trainer {
  const given = [
    ...(exec === undefined ? [] : [{ kind: 'exec', command: exec } as const]),
    ...(execPerTask === undefined
      ? []
      : [{ kind: 'exec_per_task', command: execPerTask } as const]),
    ...(handler === undefined ? [] : [{ kind: 'handler', module: handler } as const]),
    ...(name === undefined ? [] : [{ kind: 'handler', module: parseBuiltIn(name) } as const]),
  ];
  const [trainer] = given;
  if (trainer !== undefined && given.length === 1) return trainer;
  throw wrongFlag(
    given.length === 0 ? 'nothing says what trains' : 'only one thing can train',
    "give one of --exec COMMAND, --exec-per-task COMMAND, --handler MODULE and --trainer NAME, such as --exec 'python3 train.py'",
  );
}

function parseBuiltIn(name: string): string {
  const module = builtInTrainers.get(name);
  if (module !== undefined) return module;
  const names = [...builtInTrainers.keys()];
  throw wrongFlag(
    `there is no trainer ${quote(name)}`,
    `--trainer ${nearest(name, names) ?? names.join(', ')}`,
  );
}

export function parseNumbers(flags: WorkFlags) {
  const concurrency = atLeastOne('--concurrency', flags.concurrency);
  const prefetch = atLeastOne('--prefetch', flags.prefetch ?? flags.concurrency);
  if (concurrency > mostAtOnce) {
    throw wrongFlag(`--concurrency is at most ${mostAtOnce}`, 'start more workers');
  }
  if (prefetch > mostPrefetched) {
    throw wrongFlag(`--prefetch is at most ${mostPrefetched}`, '--prefetch 100');
  }
  if (prefetch < concurrency) {
    throw wrongFlag(
      `--prefetch ${prefetch} leaves trainers without a task: --concurrency is ${concurrency}`,
      'leave --prefetch out, or give more',
    );
  }
  return {
    concurrency,
    prefetch,
    max_attempts: atLeastOne('--max-attempts', flags.maxAttempts),
    max_task: parseDuration('--max-task', flags.maxTask),
    heartbeat: parseDuration('--heartbeat', flags.heartbeat),
  };
}

/** The default tells workers of one machine apart. */
export function parseName({ name = `${hostname()}:${process.pid}` }: WorkFlags): string {
  if (name !== '' && name.length <= 255) return name;
  throw wrongFlag('--name has between 1 and 255 characters', '--name gpu-04');
}

export function trainerOptions(flags: WorkFlags, worker: string, log: WorkLog): TrainerOptions {
  return {
    worker,
    environment: flags.env,
    log: (line) => log.trainer(line),
    startTimeoutMs: parseDuration('--max-start', flags.maxStart),
    shards: {
      ...shardDefaults,
      roots: flags.root.length === 0 ? shardDefaults.roots : flags.root,
      allowedHosts: flags.allowHost,
      cache: join(flags.state, 'cache'),
    },
  };
}

/** Loopback unless a host is given: numbers are not for everyone. */
export function parseMetrics(text: string): MetricsAddress {
  const [, host = '', port] = /^(\[[\da-f:.]+\]|[^:[\]]*):(\d{1,5})$/i.exec(text) ?? [];
  if (port !== undefined && Number(port) < 65_536) {
    return { host: host.replace(/^\[|\]$/g, '') || '127.0.0.1', port: Number(port) };
  }
  throw wrongFlag(`--metrics takes [HOST]:PORT, not "${text}"`, '--metrics :9091');
}

/** As in event.schema.json: a heartbeat names all that is trained. */
const mostAtOnce = 1_024;

/** AMQP counts prefetched messages in 16 bits. */
const mostPrefetched = 65_535;

function atLeastOne(flag: string, text: string): number {
  const count = parseCount(flag, text);
  if (count >= 1) return count;
  throw wrongFlag(`${flag} is at least 1`, `${flag} 1`);
}
