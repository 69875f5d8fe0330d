// Creates and deletes many queues and bindings: the writes alone against bare requests over HTTP
// and over AMQP, and the whole command against these, and against RabbitMQ's own imports.
// BENCH_OBJECTS names other numbers of queues, such as 3000,10000.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  alternate,
  api,
  freshVhost,
  median,
  phasesOf,
  renderMedians,
  script,
  time,
  topo,
  type Bench,
} from './bench.ts';
import { count as plural } from '../src/topology/count.ts';
import type { Figure } from './main.ts';
import { rabbitmqctl } from './rabbitmqctl.ts';
import { definitionsOf, yamlOf } from './topologies.ts';

const counts = (process.env['BENCH_OBJECTS'] ?? '3000').split(',').map(Number);
const vhost = 'apply';
const rounds = 5;

interface Files {
  readonly all: string;
  readonly nothing: string;
  readonly definitions: string;
}

export async function benchApply(bench: Bench): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const count of counts) {
    const files = await writeFiles(bench, count);
    figures.push(...(await benchWrites(bench, count, files)));
    figures.push(...(await benchCommand(bench, count, files)));
  }
  await api(bench, 'DELETE', `vhosts/${vhost}`);
  return figures;
}

async function writeFiles({ folder }: Bench, count: number): Promise<Files> {
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

/** The writes alone, by each way: processor time of the client, too. */
async function benchWrites(bench: Bench, count: number, files: Files): Promise<Figure[]> {
  const ways = {
    topo: { create: topoPhases(files.all), delete: topoPhases(files.nothing) },
    http: bareWays('raw-http.mjs', files),
    amqp: bareWays('raw-amqp.mjs', files),
  };
  const processor: Record<string, number[]> = {};
  const run = async (way: keyof typeof ways, what: 'create' | 'delete'): Promise<number> => {
    if (what === 'create') await freshVhost(bench, vhost);
    const phases = await phasesOf(ways[way][what], bench.env);
    (processor[`${way} ${what}`] ??= []).push(phases.processor);
    return phases.seconds;
  };
  const times = await alternate(rounds, {
    'topo create': () => run('topo', 'create'),
    'topo delete': () => run('topo', 'delete'),
    'http create': () => run('http', 'create'),
    'http delete': () => run('http', 'delete'),
    'amqp create': () => run('amqp', 'create'),
    'amqp delete': () => run('amqp', 'delete'),
  });
  return (['create', 'delete'] as const).map((what) => {
    const of = (way: keyof typeof ways) => median(times[`${way} ${what}`]);
    const spent = (way: keyof typeof ways) =>
      `${way} ${of(way).toFixed(2)} s, ${median(processor[`${way} ${what}`] ?? []).toFixed(2)} s of processor`;
    return {
      name: `writes that ${what} ${plural(count)} queues + ${plural(count)} bindings / the faster of bare HTTP (64 connections) and bare AMQP (32 channels)`,
      value: of('topo') / Math.min(of('http'), of('amqp')),
      bound: 1.15,
      unit: '',
      detail: [spent('topo'), spent('http'), spent('amqp')].join('; '),
    };
  });
}

const topoPhases = (file: string): string[] => [
  process.execPath,
  '--import',
  'tsx',
  new URL('topo-phases.ts', import.meta.url).pathname,
  file,
];

const bareWays = (name: string, { definitions }: Files) => ({
  create: script(name, 'create', definitions),
  delete: script(name, 'delete', definitions),
});

/** The whole command, from an empty vhost to a checked one. */
async function benchCommand(bench: Bench, count: number, files: Files): Promise<Figure[]> {
  const inFreshVhost = async (run: () => Promise<number>): Promise<number> => {
    await freshVhost(bench, vhost);
    return run();
  };
  const bare = (name: string) => () =>
    inFreshVhost(async () => (await phasesOf(bareWays(name, files).create, bench.env)).seconds);
  const times = await alternate(rounds, {
    http: bare('raw-http.mjs'),
    amqp: bare('raw-amqp.mjs'),
    rabbitmqctl: () =>
      inFreshVhost(() => rabbitmqctl(bench, 'import_definitions', files.definitions)),
    post: () => inFreshVhost(() => postDefinitions(bench, count)),
    // In the vhost that it has filled, the two that follow find all in sync.
    topo: () => inFreshVhost(() => time(topo('apply', files.all, '--yes', '--quiet'), bench.env)),
    plan: () => time(topo('plan', files.all, '--detailed-exitcode', '--quiet'), bench.env),
    gets: () => time(script('raw-gets.mjs', vhost), bench.env),
  });
  const [http, amqp, plan, gets] = [times.http, times.amqp, times.plan, times.gets].map(median);
  const fair = 1.15 * Math.min(http ?? NaN, amqp ?? NaN) + (plan ?? NaN) + (gets ?? NaN);
  const what = `topo apply of ${plural(count)} queues + ${plural(count)} bindings`;
  const rest = { unit: '', detail: renderMedians(times) };
  return [
    {
      ...rest,
      name: `${what} / (1.15 of the faster bare way + a plan in sync + raw GETs)`,
      value: median(times.topo) / fair,
      bound: 1,
    },
    {
      ...rest,
      name: `${what} / the faster of rabbitmqctl import_definitions and POST definitions`,
      value: median(times.topo) / Math.min(median(times.rabbitmqctl), median(times.post)),
      bound: 1.2,
    },
  ];
}

async function postDefinitions(bench: Bench, count: number): Promise<number> {
  const started = performance.now();
  await api(bench, 'POST', `definitions/${vhost}`, definitionsOf(undefined, count));
  return (performance.now() - started) / 1000;
}
