// A super stream of the operator: an exchange, and a stream with a binding for each partition.
import { fieldMap } from '../entry.ts';
import type { Shape } from '../shape.ts';
import type { Found } from './found.ts';

const partitionsByDefault = 3;
/** As many as a file may declare. */
const mostPartitions = 1_000;

/** Named like the object, whatever its spec says. The exchange lacks the mark of a super stream. */
export function superStreamOf(name: string, spec: Shape, vhost: string): Found[] {
  const partitions = Number(spec.integer('partitions', mostPartitions) ?? partitionsByDefault);
  const given = spec.texts('routingKeys').filter((key) => typeof key === 'string');
  const keys =
    given.length > 0 ? given : Array.from({ length: partitions }, (_, index) => String(index));
  const instanceOf = (index: number) => ({
    group: `super stream ${name}`,
    keys: new Map([['', index]]),
  });
  return [
    { section: 'exchanges', fields: fieldMap({ name, vhost, type: 'direct' }) },
    ...keys.flatMap((key, index): Found[] => [
      {
        section: 'queues',
        fields: fieldMap({
          name: `${name}-${key}`,
          vhost,
          arguments: new Map([['x-queue-type', 'stream']]),
        }),
        instance: instanceOf(index),
      },
      {
        section: 'bindings',
        fields: fieldMap({
          ...{ source: name, vhost, destination: `${name}-${key}`, routing_key: key },
          arguments: new Map([['x-stream-partition-order', index]]),
        }),
        instance: instanceOf(index),
      },
    ]),
  ];
}
