// What comes to a coordinator: results and events that nobody's worker sends, in any properties.
import fc from 'fast-check';
import type { RawMessage } from '../../amqp/raw-message.ts';
import { encodeInline } from '../../../src/harness/messaging/inline.ts';
import { rawProperties } from './wire.ts';

const json = fc.jsonValue({ maxDepth: 3 });
const time = '2026-11-23T09:00:00.000Z';

const bytesOf = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
const changed = (value: object, name: string, by: unknown): object =>
  Object.fromEntries([...Object.entries(value), [name, by]]);

/**
 * Parameters that are no model of the run, wherever they lie; `files`: what they must not touch.
 */
const parameters = (files: readonly string[]): fc.Arbitrary<object> =>
  fc.oneof(
    fc.string().map((text) => encodeInline(Buffer.from(text))),
    fc.string().map((text) => ({ ...encodeInline(Buffer.from(text)), sha256: '0'.repeat(64) })),
    fc
      .constantFrom(...files, '..', '.', '/etc/passwd', 'file:///etc/passwd')
      .map((uri) => ({ uri })),
    fc.constantFrom(...files).map((uri) => ({ uri, sha256: '0'.repeat(64) })),
    fc.webUrl().map((uri) => ({ uri })),
  );

/** Of a unit whose result is a model, and none of them such a one. */
const brokenResult = (unit: string, files: readonly string[]): fc.Arbitrary<Buffer> => {
  const whole = {
    ...{ version: 1, task: unit, worker: 'forger', attempt: 1, samples: 1 },
    ...{ started_at: time, finished_at: time },
  };
  const names = [
    'version',
    'attempt',
    'samples',
    'metrics',
    'parameters',
    'labels',
    '__proto__',
    'sample',
  ];
  return fc.oneof(
    parameters(files).map((given) => bytesOf({ ...whole, parameters: given })),
    fc.constantFrom(...names).chain((name) => json.map((by) => bytesOf(changed(whole, name, by)))),
    json.map(bytesOf),
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  );
};

export interface Aim {
  /** Such as run.r0.s0. */
  readonly unit: string;
  readonly files: readonly string[];
}

/** Into queue results, for a unit of the run. */
export const resultMessage = ({ unit, files }: Aim): fc.Arbitrary<RawMessage> =>
  fc
    .record({ properties: rawProperties, content: brokenResult(unit, files) })
    .map(({ properties, content }) => ({
      ...{ exchange: '', routing_key: Buffer.from('results'), content },
      properties: { ...properties, messageId: Buffer.from(unit) },
    }));

/** Some are those of the one worker that there is. */
const worker = fc.oneof(
  fc.integer({ min: 0, max: 20 }).map((n) => `forged-${n}`),
  fc.constantFrom('by hand', '\u202e\u0007', '__proto__', 'constructor'),
);
const queue = fc.oneof(
  fc.integer({ min: 0, max: 20 }).map((n) => `queue-${n}`),
  fc.constant('w1'),
);
const attempt = fc.integer({ min: 1, max: 2 ** 40 });

const event = (units: readonly string[]): fc.Arbitrary<object> => {
  const task = fc.oneof(fc.constantFrom(...units), fc.constantFrom('run.r9.s9', 'other.init', '!'));
  const who = { version: fc.constant(1), worker, queue, at: fc.constant(time) };
  const running = fc.record({ id: task, attempt, started_at: fc.constant(time) });
  return fc.oneof(
    fc.record({
      ...who,
      state: fc.constantFrom('idle', 'busy', 'draining'),
      concurrency: fc.integer({ min: 1, max: 4 }),
      tasks: fc.array(running, { maxLength: 5 }),
    }),
    fc.record({
      ...{ ...who, task, attempt, event: fc.constantFrom('started', 'done', 'failed') },
      verdict: fc.constantFrom('retryable', 'poison', 'fatal'),
      error: fc.string({ maxLength: 1_000 }),
    }),
  );
};

/** To exchange events: what is an event, nearly one, and none. */
export const eventMessage = (units: readonly string[]): fc.Arbitrary<RawMessage> => {
  const whole = event(units);
  const nearly = fc
    .tuple(whole, fc.constantFrom('version', 'worker', 'queue', 'tasks', 'task', 'at', 'x'), json)
    .map(([value, name, by]) => changed(value, name, by));
  const content = fc.oneof(
    { weight: 6, arbitrary: fc.oneof(whole, nearly, json).map(bytesOf) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
  );
  const routing_key = fc.uint8Array({ maxLength: 255 }).map((key) => Buffer.from(key));
  return fc.record({
    ...{ exchange: fc.constant('events'), routing_key, properties: rawProperties, content },
  });
};
