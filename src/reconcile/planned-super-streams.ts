// Finds the super streams that the steps of a plan create, extend or delete as a whole.
import { endsOf, type Address } from '../topology/address.ts';
import { addressOf } from '../topology/identity.ts';
import { isEqual } from '../topology/normal-form.ts';
import { isQueue, type Binding, type TopologyObject } from '../topology/object.ts';
import {
  addressOfSuperStream,
  foldSuperStreams,
  isOfPartition,
  partitionOf,
  partsOf,
  type SuperStream,
} from '../topology/super-stream.ts';
import { objectOf, type Step } from './step.ts';

export interface PlannedSuperStream {
  readonly address: Address;
  readonly change: 'create' | 'extend' | 'delete';
  /** Of one that is extended, only the new partitions. */
  readonly stream: SuperStream;
  readonly steps: readonly Step[];
}

export function superStreamsIn(steps: readonly Step[]): PlannedSuperStream[] {
  const isAny = steps.some((step) => isOfPartition(objectOf(step)));
  if (!isAny) return [];
  const byAddress = new Map(steps.map((step) => [step.address, step]));
  return [...wholes(steps, 'create'), ...extensions(byAddress), ...wholes(steps, 'delete')];
}

function wholes(steps: readonly Step[], change: 'create' | 'delete'): PlannedSuperStream[] {
  const own = new Map(
    steps.filter(({ kind }) => kind === change).map((step) => [step.address, step]),
  );
  const { streams } = foldSuperStreams([...own.values()].map(objectOf));
  return streams.map((stream) => toPlanned(stream, change, stepsOf(partsOf(stream), own)));
}

const stepsOf = (parts: readonly TopologyObject[], steps: ReadonlyMap<Address, Step>): Step[] =>
  parts.flatMap((part) => steps.get(addressOf(part)) ?? []);

/** New partitions of exchanges that stay. */
function extensions(steps: ReadonlyMap<Address, Step>): PlannedSuperStream[] {
  const bySource = new Map<Address, Binding[]>();
  for (const step of steps.values()) {
    const binding = objectOf(step);
    if (step.kind !== 'create' || !isOfPartition(binding)) continue;
    const { source } = endsOf(binding);
    if (steps.has(source)) continue;
    const others = bySource.get(source);
    if (others) others.push(binding);
    else bySource.set(source, [binding]);
  }
  return [...bySource.values()].flatMap((bindings) => extension(bindings, steps));
}

function extension(
  bindings: readonly Binding[],
  steps: ReadonlyMap<Address, Step>,
): PlannedSuperStream[] {
  const [first] = bindings;
  const partition = first && createdAt(endsOf(first).destination, steps);
  if (first === undefined || !isQueue(partition)) return [];
  const keys = bindings.map(({ routing_key }) => routing_key);
  const { vhost, source: name } = first;
  const stream = { vhost, name, keys, arguments: partition.arguments };
  const parts = keys.map((key) => partitionOf(stream, key));
  const areNew = parts.every((part) => {
    const created = createdAt(addressOf(part), steps);
    return created !== undefined && isEqual(created, part);
  });
  if (!areNew) return [];
  return [toPlanned(stream, 'extend', stepsOf([...parts, ...bindings], steps))];
}

function createdAt(address: Address, steps: ReadonlyMap<Address, Step>) {
  const step = steps.get(address);
  return step?.kind === 'create' ? step.after : undefined;
}

const toPlanned = (
  stream: SuperStream,
  change: PlannedSuperStream['change'],
  steps: readonly Step[],
): PlannedSuperStream => ({ address: addressOfSuperStream(stream), change, stream, steps });
