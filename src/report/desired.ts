// What the files declare, in words and as JSON.
import { toPlain } from '../topology/value.ts';
import type { Desired } from '../topology/desired.ts';
import type { Kind, TopologyObject } from '../topology/object.ts';
import { escape } from './escape.ts';
import { plural } from '../topology/count.ts';
import { renderKinds } from './words.ts';

/** Such as `topology.yaml is valid: 1 exchange, 3 queues, 3 bindings`. */
export function summarizeDesired(desired: Desired): string {
  const counts = countKinds([...desired.objects.values()].map(({ object }) => object));
  const others = renderKinds(desired.notPlanned);
  const files = [...desired.sources.keys()].map(escape).join(', ');
  const verb = desired.sources.size === 1 ? 'is' : 'are';
  const rest = others === '' ? '' : ` · not planned: ${others}`;
  return `${files} ${verb} valid: ${counts}${rest}`;
}

/** Such as `1 exchange, 3 queues, 3 bindings`. */
export function countKinds(objects: readonly TopologyObject[]): string {
  const kinds: readonly Kind[] = ['exchange', 'queue', 'binding'];
  const count = (kind: Kind) => objects.filter((object) => object.kind === kind).length;
  return kinds.map((kind) => plural(count(kind), kind)).join(', ');
}

/** The declared names and the outputs. */
export interface Outputs {
  readonly exchanges: readonly string[];
  readonly queues: readonly string[];
  readonly outputs: Readonly<Record<string, unknown>>;
}

export function outputsOf(desired: Desired): Outputs {
  const objects = [...desired.objects.values()].map(({ object }) => object);
  const names = (kind: 'exchange' | 'queue') =>
    objects.flatMap((object) => (object.kind === kind ? [object.name] : []));
  return {
    exchanges: names('exchange'),
    queues: names('queue'),
    outputs: toPlain(desired.outputs) as Record<string, unknown>,
  };
}

export function renderOutputsText({ exchanges, queues, outputs }: Outputs): string {
  const rows = [
    ...exchanges.map((name) => ['exchange', name]),
    ...queues.map((name) => ['queue', name]),
    ...Object.entries(outputs).map(([name, value]) => ['output', `${name} = ${String(value)}`]),
  ];
  return rows.map(([kind = '', text = '']) => `${kind.padEnd(9)} ${escape(text)}`).join('\n');
}
