// Refuses to take partitions away from a super stream, or to rename or reorder them: messages of
// one key would go to another partition than before. No flag lifts these refusals.
import { endsOf, type Address } from '../topology/address.ts';
import type { Desired } from '../topology/desired.ts';
import { addressOf } from '../topology/identity.ts';
import type { Live, LiveBinding } from '../topology/live.ts';
import { plural } from '../topology/count.ts';
import { quote } from '../topology/quote.ts';
import {
  exchangeOf,
  foldSuperStreams,
  isOfPartition,
  partsOf,
  type SuperStream,
} from '../topology/super-stream.ts';
import type { Change } from './change.ts';
import type { Refusal } from './plan.generated.ts';
import type { Selection } from './select.ts';

export function guardSuperStreams(
  changes: readonly Change[],
  desired: Desired,
  live: Live,
  selection: Selection,
): Refusal[] {
  const declared = [...desired.objects.values()].map(({ object }) => object);
  const { streams } = foldSuperStreams(declared);
  if (streams.length === 0) return [];
  const bound = partitionsBySource(live);
  const changed = new Set(changes.map(({ address }) => address));
  return streams.flatMap((stream) => {
    const partitions = bound.get(addressOf(exchangeOf(stream))) ?? [];
    const lost = partitions.filter((binding) => !desired.objects.has(addressOf(binding)));
    if (lost.length === 0 || !isSelected(stream, lost, changed, selection)) return [];
    return [refusalOf(stream, lost)];
  });
}

/** The bindings to the partitions of each live super stream. */
function partitionsBySource({ objects }: Live): Map<Address, LiveBinding[]> {
  const bound = new Map<Address, LiveBinding[]>();
  for (const object of objects.values()) {
    if (!isOfPartition(object)) continue;
    const { source } = endsOf(object);
    const others = bound.get(source);
    if (others) others.push(object);
    else bound.set(source, [object]);
  }
  return bound;
}

/** Whether --only and --target leave anything of it to do. */
function isSelected(
  stream: SuperStream,
  lost: readonly LiveBinding[],
  changed: ReadonlySet<Address>,
  { only, targets }: Selection,
): boolean {
  if (only === undefined && targets.length === 0) return true;
  return [...partsOf(stream), ...lost].some((part) => changed.has(addressOf(part)));
}

const mostNamed = 5;

function refusalOf({ name, vhost }: SuperStream, lost: readonly LiveBinding[]): Refusal {
  const names = lost.map(({ destination }) => destination).sort();
  const more = names.length > mostNamed ? ` and ${names.length - mostNamed} more` : '';
  const which = `${names.slice(0, mostNamed).join(', ')}${more}`;
  const where = vhost === '/' ? '' : ` in vhost ${vhost}`;
  return {
    code: 'super-stream',
    reason: `super stream ${quote(name)}${where} would lose or move ${plural(lost.length, 'partition')} that the broker has: ${which}`,
    hint: 'declare them as they are, in their order: only new partitions may follow. To drop one, delete the whole super stream',
  };
}
