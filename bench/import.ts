// Applies many queues and bindings, against RabbitMQ's own imports of the same definitions.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  alternate,
  api,
  freshVhost,
  median,
  renderMedians,
  time,
  topo,
  type Bench,
} from './bench.ts';
import type { Figure } from './main.ts';
import { rabbitmqctl } from './rabbitmqctl.ts';
import { definitionsOf, yamlOf } from './topologies.ts';

const count = 3_000;
const vhost = 'import';
const rounds = 5;

export async function benchImport(bench: Bench): Promise<Figure> {
  const file = join(bench.folder, 'import.yaml');
  const definitions = join(bench.folder, 'import.json');
  await writeFile(file, yamlOf(vhost, count));
  await writeFile(definitions, definitionsOf(vhost, count));
  const inFreshVhost = async (run: () => Promise<number>): Promise<number> => {
    await freshVhost(bench, vhost);
    return run();
  };
  const times = await alternate(rounds, {
    rabbitmqctl: () => inFreshVhost(() => rabbitmqctl(bench, 'import_definitions', definitions)),
    post: () => inFreshVhost(() => post(bench)),
    topo: () => inFreshVhost(() => time(topo('apply', file, '--yes', '--quiet'), bench.env)),
  });
  await api(bench, 'DELETE', `vhosts/${vhost}`);
  return {
    name: 'topo apply of 3,000 queues + 3,000 bindings / the faster of rabbitmqctl import_definitions and POST definitions',
    value: median(times.topo) / Math.min(median(times.rabbitmqctl), median(times.post)),
    bound: 1.2,
    unit: '',
    detail: renderMedians(times),
  };
}

async function post(bench: Bench): Promise<number> {
  const started = performance.now();
  await api(bench, 'POST', `definitions/${vhost}`, definitionsOf(undefined, count));
  return (performance.now() - started) / 1000;
}
