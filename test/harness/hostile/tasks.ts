// What comes to a worker: tasks, what is nearly one, and what is none; in any properties.
import fc from 'fast-check';
import type { RawMessage } from '../../amqp/raw-message.ts';
import { rawProperties } from './wire.ts';

const json = fc.jsonValue({ maxDepth: 3 });

/** What the trainer of trainer.ts makes of them. */
const kinds = ['task', 'task', 'poison', 'retryable-1', 'retryable-9'];

/** The number tells nearly each apart from all others. */
const id = fc.tuple(fc.constantFrom(...kinds), fc.nat()).map(([kind, n]) => `${kind}-${n}`);
const task = fc.record(
  {
    ...{ version: fc.constant(1), id, round: fc.nat(), seed: fc.nat() },
    run: fc.string({ minLength: 1, maxLength: 200 }),
    hyperparameters: fc.dictionary(fc.string(), json),
    labels: fc.dictionary(fc.string(), fc.string()),
  },
  { requiredKeys: ['version', 'id'] },
);

const names = ['id', 'version', 'round', 'shard', 'parameters', 'shart', '__proto__'];
const nearly = fc
  .tuple(task, fc.constantFrom(...names), json)
  .map(([whole, name, value]) => Object.fromEntries([...Object.entries(whole), [name, value]]));

const many = fc
  .integer({ min: 1, max: 2_000 })
  .map((count) => Array.from({ length: count }, (_, n) => [`field-${n}`, n] as const))
  .map((fields) => JSON.stringify(Object.fromEntries(fields)));
const deep = fc
  .integer({ min: 1, max: 20_000 })
  .map(
    (depth) =>
      `{"version":1,"id":"deep","hyperparameters":${'{"a":'.repeat(depth)}1${'}'.repeat(depth + 1)}`,
  );

const content = fc.oneof(
  { weight: 12, arbitrary: task.map((value) => Buffer.from(JSON.stringify(value))) },
  { weight: 4, arbitrary: nearly.map((value) => Buffer.from(JSON.stringify(value))) },
  { weight: 2, arbitrary: fc.json().map((text) => Buffer.from(text)) },
  { weight: 2, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
  { weight: 1, arbitrary: fc.oneof(many, deep).map((text) => Buffer.from(text)) },
);

/** Over the tasks exchange, or past it, with a key that may be anything. */
const ways = fc.oneof(
  fc.constant({ exchange: 'jobs', routing_key: Buffer.from('k1') }),
  fc.constant({ exchange: '', routing_key: Buffer.from('w1') }),
  fc
    .uint8Array({ maxLength: 255 })
    .map((key) => ({ exchange: 'all', routing_key: Buffer.from(key) })),
);

/** Into queue w1 of a bed. */
export const taskMessage = fc
  .record({ way: ways, properties: rawProperties, content, isBare: fc.boolean() })
  .map(({ way, properties, isBare, ...rest }) => {
    const { messageId, type, ...others } = properties;
    // Most are to be tasks.
    return { ...way, ...rest, properties: isBare ? others : { ...others, messageId, type } };
  }) as fc.Arbitrary<RawMessage>;

/** Into queue dead of a bed, as no worker wrote them. */
export const letterMessage: fc.Arbitrary<RawMessage> = fc.record({
  exchange: fc.constant(''),
  routing_key: fc.constant(Buffer.from('dead')),
  ...{ properties: rawProperties, content },
});
