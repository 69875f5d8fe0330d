// Starts topo --version, against an empty node.
import { alternate, median, renderMedians, time, topo, type Bench } from './bench.ts';
import type { Figure } from './main.ts';

export async function benchStartup({ env }: Bench): Promise<Figure> {
  const times = await alternate(15, {
    topo: () => time(topo('--version'), env),
    node: () => time([process.execPath, '-e', '0'], env),
  });
  return {
    name: 'topo --version / node -e 0',
    value: median(times.topo) / median(times.node),
    bound: 1.8,
    unit: '',
    detail: renderMedians(times),
  };
}
