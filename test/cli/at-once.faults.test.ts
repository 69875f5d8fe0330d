// Two saved plans replace the same queue differently, at once, again and again: they never both
// exit 0.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, test } from 'vitest';
import { exit } from '../../src/cli/exit.ts';
import { api, broker, inVhost } from '../broker.ts';
import { tryAll, type Fared } from '../faults.ts';
import { directly, type Way } from './killed-apply.ts';
import { callTopo, runTopo } from './topo.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'topo-at-once-'));
});
afterAll(() => rm(folder, { recursive: true }));

interface Row {
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

const read = async (vhost: string): Promise<Row[]> =>
  (await api('GET', `queues/${vhost}`)) as Row[];

async function race(vhost: string, way: Way): Promise<Fared> {
  const env = directly(way, broker);
  await api('PUT', `queues/${vhost}/q`, { durable: true });
  await api('POST', `bindings/${vhost}/e/amq.topic/q/q`, { routing_key: 'theirs' });
  const plans: { length: number; saved: string }[] = [];
  for (const length of [5, 6]) {
    const [file, saved] = ['yaml', 'json'].map((end) => join(folder, `${vhost}-${length}.${end}`));
    const queue = `{ name: q, arguments: { x-max-length: ${length} } }`;
    await writeFile(file ?? '', `vhost: ${vhost}\nqueues: [${queue}]\n`);
    await callTopo(['plan', file ?? '', '--out', saved ?? ''], folder, env);
    plans.push({ length, saved: saved ?? '' });
  }
  const runs = await Promise.all(
    plans.map(async ({ length, saved }) => {
      const { code, out, err } = await runTopo(['apply', saved, '--yes'], folder, env);
      return { length, saved, code, told: out + err };
    }),
  );
  const left = await read(vhost);
  const isTold = runs.some(({ told }) => told.includes('not put back is on record'));
  // What a loser could not see to be back is back by the next run, and its record goes.
  const next = runs.find(({ code }) => code === exit.done)?.saved ?? '';
  const rest = await callTopo(['apply', next, '--yes'], folder, env);
  const queues = await read(vhost);
  const bound = (await api('GET', `bindings/${vhost}/e/amq.topic/q/q`)) as unknown[];
  const winners = runs.filter(({ code }) => code === exit.done);
  const found = queues.find(({ name }) => name === 'q')?.arguments['x-max-length'];
  const wrong = [
    ...(winners.length > 1 ? ['both ended with 0'] : []),
    ...winners.filter(({ length }) => length !== found).map(() => 'the winner did not win'),
    ...runs
      .filter(({ code }) => ![exit.done, exit.stale, exit.partial].includes(code as never))
      .map(({ code, told }) => `ended with ${code}: ${told}`),
    ...(left.length > 1 && !isTold ? ['a record is left, and nobody is told'] : []),
    ...(rest.code === exit.done ? [] : [`the next run ended with ${rest.code}`]),
    ...queues.filter(({ name }) => name !== 'q').map(({ name }) => `${name} is left`),
    ...(bound.length === 1 ? [] : ['the binding of somebody else is gone']),
  ];
  return {
    ended: `ended with ${runs
      .map(({ code }) => code)
      .sort()
      .join(' and ')}`,
    wrong,
  };
}

const slow = 'twenty real runs, two at a time';
test.each(['over AMQP', 'over HTTP'] as const)(
  '%s, ten times',
  { meta: { slow }, timeout: 600_000 },
  async (way) => {
    const rounds = Array.from({ length: 10 }, (_, round) => ({ way, round }));
    await tryAll('atOnce', rounds, 1, () => inVhost((vhost) => race(vhost, way)));
  },
);
