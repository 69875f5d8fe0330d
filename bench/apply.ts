// Creates and deletes many queues and bindings: the writes alone against bare requests over HTTP
// and over AMQP, and the whole command against these, a plan in sync and raw GETs. BENCH_OBJECTS
// names other numbers of queues, such as 3000.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  alternate,
  api,
  freshVhost,
  median,
  phasesOf,
  script,
  time,
  topo,
  type Bench,
} from './bench.ts';
import { count as plural } from '../src/topology/count.ts';
import type { Figure } from './main.ts';
import { definitionsOf, yamlOf } from './topologies.ts';

const counts = (process.env['BENCH_OBJECTS'] ?? '3000,10000').split(',').map(Number);
const vhost = 'apply';
const rounds = 5;

interface Measured {
  readonly times: Readonly<Record<string, readonly number[]>>;
  /** Of the client, during the writes alone. */
  readonly processor: Readonly<Record<string, readonly number[]>>;
}

export async function benchApply(bench: Bench): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const [nth, count] of counts.entries()) {
    // The first number warms the broker up for the others.
    const measured = await measure(bench, count, nth === 0);
    for (const what of ['create', 'delete'] as const)
      figures.push(...compare(measured, count, what));
  }
  await api(bench, 'DELETE', `vhosts/${vhost}`);
  return figures;
}

/** Runs one way after the other, and again; each creates in an empty vhost. */
async function measure(bench: Bench, count: number, warmUp: boolean): Promise<Measured> {
  const { env } = bench;
  const { all, nothing, definitions } = await writeFiles(bench, count);
  const processor: Record<string, number[]> = {};
  const phases = (name: string, command: readonly string[]) => async (): Promise<number> => {
    const found = await phasesOf(command, env);
    (processor[name] ??= []).push(found.processor);
    return found.seconds;
  };
  const whole = (file: string) => () =>
    time(topo('apply', file, '--yes', '--quiet', '--allow-deletes', String(3 * count)), env);
  const fresh = (run: () => Promise<number>) => async (): Promise<number> => {
    await freshVhost(bench, vhost);
    return run();
  };
  const times = await alternate(
    rounds,
    {
      'http create': fresh(phases('http create', script('raw-http.mjs', 'create', definitions))),
      'http delete': phases('http delete', script('raw-http.mjs', 'delete', definitions)),
      'amqp create': fresh(phases('amqp create', script('raw-amqp.mjs', 'create', definitions))),
      'amqp delete': phases('amqp delete', script('raw-amqp.mjs', 'delete', definitions)),
      'topo create': fresh(phases('topo create', script('topo-phases.mjs', all))),
      'topo delete': phases('topo delete', script('topo-phases.mjs', nothing)),
      'whole create': fresh(whole(all)),
      plan: () => time(topo('plan', all, '--detailed-exitcode', '--quiet'), env),
      gets: () => time(script('raw-gets.mjs', vhost), env),
      'whole delete': whole(nothing),
    },
    warmUp,
  );
  return { times, processor };
}

async function writeFiles({ folder }: Bench, count: number) {
  const files = {
    all: join(folder, 'apply.yaml'),
    nothing: join(folder, 'nothing.yaml'),
    definitions: join(folder, 'definitions.json'),
  };
  await writeFile(files.all, yamlOf(vhost, count));
  await writeFile(files.nothing, `vhost: ${vhost}\nmanage: all\n`);
  await writeFile(files.definitions, definitionsOf(vhost, count));
  return files;
}

function compare({ times, processor }: Measured, count: number, what: string): Figure[] {
  const of = (name: string): number => median(times[name] ?? []);
  const spent = (name: string): string => {
    const ofClient = processor[name] && ` (${median(processor[name]).toFixed(2)} s of processor)`;
    return `${name} ${of(name).toFixed(2)} s${ofClient ?? ''}`;
  };
  const bare = Math.min(of(`http ${what}`), of(`amqp ${what}`));
  const objects = `${plural(count)} queues + ${plural(count)} bindings`;
  return [
    {
      name: `writes that ${what} ${objects} / the faster of bare HTTP (64 connections) and bare AMQP (32 channels)`,
      value: of(`topo ${what}`) / bare,
      bound: 1.15,
      unit: '',
      detail: [`topo ${what}`, `http ${what}`, `amqp ${what}`].map(spent).join('; '),
    },
    {
      name: `topo apply that ${what}s ${objects} / (1.15 of the faster bare way + a plan in sync + raw GETs)`,
      value: of(`whole ${what}`) / (1.15 * bare + of('plan') + of('gets')),
      bound: 1,
      unit: '',
      detail: [`whole ${what}`, 'plan', 'gets'].map(spent).join('; '),
    },
  ];
}
