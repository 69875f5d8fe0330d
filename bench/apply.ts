// Applies 5,000 queues and bindings to an empty vhost, against the faster of RabbitMQ's own two
// imports.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  api,
  freshVhost,
  median,
  renderMedians,
  time,
  topo,
  alternate,
  type Bench,
} from './bench.ts';
import type { Figure } from './main.ts';
import { rabbitmqctl } from './rabbitmqctl.ts';
import { definitionsOf, yamlOf } from './topologies.ts';

const count = 5_000;
const vhost = 'apply';

export async function benchApply(bench: Bench): Promise<Figure> {
  const file = join(bench.folder, 'apply.yaml');
  await writeFile(file, yamlOf(vhost, count));
  const definitions = join(bench.folder, 'definitions.json');
  await writeFile(definitions, definitionsOf(vhost, count));
  const inFreshVhost = async (run: () => Promise<number>): Promise<number> => {
    await freshVhost(bench, vhost);
    return run();
  };
  const times = await alternate(5, {
    topo: () => inFreshVhost(() => time(topo('apply', file, '--yes', '--quiet'), bench.env)),
    rabbitmqctl: () => inFreshVhost(() => rabbitmqctl(bench, 'import_definitions', definitions)),
    post: () =>
      inFreshVhost(async () => {
        const started = performance.now();
        await api(bench, 'POST', `definitions/${vhost}`, definitionsOf(undefined, count));
        return (performance.now() - started) / 1000;
      }),
  });
  await api(bench, 'DELETE', `vhosts/${vhost}`);
  return {
    name: 'apply of 5,000 queues + 5,000 bindings / the faster of rabbitmqctl import_definitions and POST definitions',
    value: median(times.topo) / Math.min(median(times.rabbitmqctl), median(times.post)),
    bound: 1.2,
    unit: '',
    detail: renderMedians(times),
  };
}
