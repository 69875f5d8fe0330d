// Deletes 5,000 queues and bindings, against bare parallel HTTP deletes with keep-alive.
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
import { definitionsOf } from './topologies.ts';

const count = 5_000;
const vhost = 'delete';

export async function benchDelete(bench: Bench): Promise<Figure> {
  const file = join(bench.folder, 'nothing.yaml');
  await writeFile(file, `vhost: ${vhost}\nmanage: all\n`);
  const whenFull = async (run: () => Promise<number>): Promise<number> => {
    await freshVhost(bench, vhost);
    await api(bench, 'POST', `definitions/${vhost}`, definitionsOf(undefined, count));
    return run();
  };
  const leave = ['--allow-deletes', String(2 * count + 10)];
  const times = await alternate(3, {
    topo: () => whenFull(() => time(topo('apply', file, '--yes', '--quiet', ...leave), bench.env)),
    bare: () => whenFull(() => time(script('raw-deletes.mjs', vhost, String(count)), bench.env)),
  });
  await api(bench, 'DELETE', `vhosts/${vhost}`);
  return {
    name: 'delete of 5,000 queues + 5,000 bindings / bare parallel HTTP deletes',
    value: median(times.topo) / median(times.bare),
    bound: 1.2,
    unit: '',
    detail: renderMedians(times),
  };
}
