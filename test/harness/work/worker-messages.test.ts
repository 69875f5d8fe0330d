// What a coordinator takes for a result, a heartbeat or an event, and what it does not.
import type { MessageProperties } from 'amqplib';
import { describe, expect, test } from 'vitest';
import { encodeInline } from '../../../src/harness/messaging/inline.ts';
import { parseEvent, parseResult, renderResult } from '../../../src/harness/messaging/message.ts';
import type { Result } from '../../../src/harness/messaging/result.generated.ts';

const time = '2026-11-23T09:00:00.000Z';
const result: Result = {
  ...{ version: 1, task: 'run.r3.s17', run: 'run', round: 3, worker: 'w', attempt: 1 },
  ...{ started_at: time, finished_at: time, samples: 60, metrics: { loss: 0.5 } },
  parameters: encodeInline(Buffer.from('model')),
};

const properties = (given: object = {}): MessageProperties => given as MessageProperties;
const bytes = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

describe('a result', () => {
  test('is what a worker sends, byte by byte', () => {
    const message = renderResult(result, { exchange: '', routing_key: 'results' });
    const parsed = parseResult(message.content, properties(message.properties));
    expect(parsed).toEqual({ kind: 'parsed', value: result });
    expect(parseResult(message.content, properties()).kind).toBe('parsed');
  });

  const wrong: [situation: string, change: object, problem: string][] = [
    ['another version', { version: 2 }, '"version" must be equal to constant'],
    ['a field too many', { sample: 3 }, 'the result has no field "sample": did you mean samples?'],
    ['no task', { task: undefined }, "the result must have required property 'task'"],
    ['an id with a blank', { task: 'a b' }, '"task" must match pattern'],
    ['half a sample', { samples: 0.5 }, '"samples" must be integer'],
    ['a metric that is text', { metrics: { loss: 'low' } }, '"metrics/loss" must be number'],
    ['a time without a zone', { finished_at: '2026-11-23' }, '"finished_at" must match pattern'],
    ['no parameters in parameters', { parameters: {} }, "must have required property 'uri'"],
    [
      'parameters of another hash',
      { parameters: { ...encodeInline(Buffer.from('a')), inline: 'Yg==' } },
      'does not hash',
    ],
    [
      'parameters twice',
      { parameters: { ...encodeInline(Buffer.from('a')), uri: 'a' } },
      'has no place beside "inline"',
    ],
    ['parameters that are text', { parameters: 'model' }, '"parameters" must be object'],
  ];

  test.each(wrong)('no result: %s', (_, change, problem) => {
    expect(parseResult(bytes({ ...result, ...change }), properties())).toEqual({
      kind: 'broken',
      problems: [expect.stringContaining(problem)],
    });
  });

  const contents: [situation: string, content: Buffer, problem: string][] = [
    ['no JSON', Buffer.from('{'), 'it is not JSON'],
    ['no UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'it is not UTF-8'],
    ['null', Buffer.from('null'), 'the result must be object'],
    ['an infinite metric', infinite(), '"metrics/loss" must be number'],
    ['depth', deep(), 'nested too deeply'],
  ];

  test.each(contents)('no result: %s', (_, content, problem) => {
    expect(parseResult(content, properties())).toEqual({
      kind: 'broken',
      problems: [expect.stringContaining(problem)],
    });
  });

  test('of other properties is none', () => {
    expect(
      parseResult(bytes(result), properties({ type: 'topo.task.v1', messageId: 'x' })),
    ).toEqual({
      kind: 'broken',
      problems: [
        'its type is "topo.task.v1", not "topo.result.v1"',
        'its message id is "x", not "run.r3.s17"',
      ],
    });
  });
});

function infinite(): Buffer {
  return Buffer.from(JSON.stringify(result).replace('0.5', '1e999'));
}

function deep(): Buffer {
  const output = `${'['.repeat(10_000)}${']'.repeat(10_000)}`;
  return Buffer.from(JSON.stringify(result).replace('{', `{"output":${output},`));
}

describe('an event', () => {
  const who = { version: 1, worker: 'w', queue: 'q', at: time };
  const heartbeat = { ...who, state: 'busy', tasks: [{ id: 'a', attempt: 1, started_at: time }] };
  const started = { ...who, event: 'started', task: 'a', attempt: 1 };
  const failed = { ...started, event: 'failed', verdict: 'poison', error: 'no', seconds: 1.5 };

  test.each([
    ['a heartbeat of a worker that says no concurrency', heartbeat],
    ['a heartbeat', { ...heartbeat, concurrency: 3 }],
    ['a start', started],
    ['a failure', failed],
  ])('%s', (_, event) => {
    expect(parseEvent(bytes(event))).toEqual({ kind: 'parsed', value: event });
  });

  test.each([
    ['a heartbeat without tasks', { ...heartbeat, tasks: undefined }, "property 'tasks'"],
    ['no concurrency', { ...heartbeat, concurrency: 0 }, '"concurrency" must be >= 1'],
    ['another state', { ...heartbeat, state: 'away' }, '"state" must be equal to one of'],
    ['both', { ...heartbeat, event: 'started', task: 'a', attempt: 1 }, 'has no field "state"'],
    ['an event of no task', { ...started, task: undefined }, 'the event must have required'],
    ['a list', [], 'the heartbeat must be object'],
  ])('no event: %s', (_, event, problem) => {
    const parsed = parseEvent(bytes(event));
    expect(parsed.kind === 'broken' && parsed.problems.join()).toContain(problem);
  });
});
