// Summarizes what the files declare, in words and as JSON.
import { plural } from '../topology/count.ts';
import type { Desired } from '../topology/desired.ts';
import { allKinds } from '../topology/kinds/kinds.ts';
import { isExchange, isQueue, type Kind, type TopologyObject } from '../topology/object.ts';
import { toPlain } from '../topology/value.ts';
import { escape } from './escape.ts';

/** Such as `topology.yaml is valid: 1 exchange, 3 queues, 3 bindings`. */
export function summarizeDesired(desired: Desired): string {
  const counts = countKinds([...desired.objects.values()].map(({ object }) => object));
  const files = [...desired.sources.keys()].map(escape).join(', ');
  const verb = desired.sources.size === 1 ? 'is' : 'are';
  return `${files} ${verb} valid: ${counts}`;
}

const always: readonly Kind[] = ['exchange', 'queue', 'binding'];

/** Such as `2 users, 1 exchange, 3 queues, 3 bindings`. */
export function countKinds(objects: readonly TopologyObject[]): string {
  const count = (kind: Kind) => objects.filter((object) => object.kind === kind).length;
  const isTold = (kind: Kind) => always.includes(kind) || count(kind) > 0;
  return allKinds
    .filter(isTold)
    .map((kind) => plural(count(kind), kind.replace('_', ' ')))
    .join(', ');
}

/** The declared names and the outputs. */
export interface Outputs {
  readonly exchanges: readonly string[];
  readonly queues: readonly string[];
  readonly outputs: Readonly<Record<string, unknown>>;
}

export function outputsOf(desired: Desired): Outputs {
  const objects = [...desired.objects.values()].map(({ object }) => object);
  return {
    exchanges: objects.filter((object) => isExchange(object)).map(({ name }) => name),
    queues: objects.filter((object) => isQueue(object)).map(({ name }) => name),
    outputs: toPlain(desired.outputs) as Record<string, unknown>,
  };
}

export function renderOutputsText({ exchanges, queues, outputs }: Outputs): string {
  const rows = [
    ...exchanges.map((name): [Kind, string] => ['exchange', name]),
    ...queues.map((name): [Kind, string] => ['queue', name]),
    ...Object.entries(outputs).map(([name, value]) => ['output', `${name} = ${String(value)}`]),
  ];
  return rows.map(([kind = '', text = '']) => `${kind.padEnd(9)} ${escape(text)}`).join('\n');
}
