// Plans 10,000 queues and bindings in sync, against the raw GETs and bare YAML parsing that it
// can't do without.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  alternate,
  api,
  freshVhost,
  median,
  renderMedians,
  script,
  time,
  topo,
  type Bench,
} from './bench.ts';
import type { Figure } from './main.ts';
import { definitionsOf, yamlOf } from './topologies.ts';

const count = 10_000;

export async function benchPlan(bench: Bench): Promise<Figure> {
  const file = join(bench.folder, 'plan.yaml');
  await writeFile(file, yamlOf('plan', count));
  await freshVhost(bench, 'plan');
  await api(bench, 'POST', 'definitions/plan', definitionsOf(undefined, count));
  const times = await alternate(7, {
    plan: () => time(topo('plan', file, '--detailed-exitcode'), bench.env),
    bare: () => time(script('raw-reads.mjs', 'plan', file), bench.env),
    gets: () => time(script('raw-gets.mjs', 'plan'), bench.env),
    yaml: () => time(script('raw-yaml.mjs', file), bench.env),
  });
  await api(bench, 'DELETE', 'vhosts/plan');
  return {
    name: 'plan of 10,000 queues + 10,000 bindings in sync / raw GETs and bare yaml parsing at the same time',
    value: median(times.plan) / median(times.bare),
    bound: 1.15,
    unit: '',
    detail: renderMedians(times),
  };
}
