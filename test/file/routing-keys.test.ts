// The routing key that leads to a worker, and to no other.
import { describe, expect, test } from 'vitest';
import { routingKeyTo, workerNamed, workersFor } from '../../src/topology/roles.ts';
import { keysOf, problemOf, rolesIn } from './roles.ts';

describe('routing keys', () => {
  const queues = 'queues: [{ name: w1 }, { name: w2 }, { name: w3 }]';
  const world = (type: string, ...bindings: string[]): string =>
    `exchanges: [{ name: t, type: ${type} }]\n${queues}\nbindings:\n${bindings
      .map((each) => each.split(' '))
      .map(([to, key = '']) => `  - { source: t, destination: ${to}, routing_key: '${key}' }\n`)
      .join('')}`;

  test.each([
    ['direct', ['w1 a', 'w2 b'], { w1: 'a', w2: 'b' }],
    ['direct', ['w1 shared', 'w2 shared', 'w2 own'], { w1: undefined, w2: 'own' }],
    ['direct', ['w1 a.*'], { w1: 'a.*' }],
    ['topic', ['w1 gpu.1', 'w2 gpu.*', 'w3 cpu.3'], { w1: undefined, w2: undefined, w3: 'cpu.3' }],
    ['fanout', ['w1', 'w2'], { w1: undefined, w2: undefined }],
    ['fanout', ['w1'], { w1: '' }],
  ])('of a %s exchange: %j', async (type, bindings, keys) => {
    expect(Object.fromEntries(keysOf(await rolesIn(world(type, ...bindings))))).toEqual(keys);
  });

  test('a queue behind another exchange is a worker, too', async () => {
    const roles = await rolesIn(`
exchanges: [{ name: front, type: topic }, { name: back, type: direct }]
${queues}
bindings:
  - { source: front, destination: back, destination_type: exchange, routing_key: 'w.#' }
  - { source: front, destination: w3, routing_key: other }
  - { source: back, destination: w1, routing_key: w.1 }
  - { source: back, destination: w2, routing_key: unreachable }
harness: { tasks: front }`);
    expect(Object.fromEntries(keysOf(roles))).toEqual({ w1: 'w.1', w2: undefined, w3: 'other' });
  });

  test('which workers a key reaches', async () => {
    const roles = await rolesIn(world('topic', 'w1 gpu.1', 'w2 gpu.*', 'w3 cpu.3'));
    const names = (key: string): string[] => workersFor(roles, key).map(({ queue }) => queue.name);
    expect([names('gpu.1').sort(), names('gpu.2'), names('tpu')]).toEqual([
      ['w1', 'w2'],
      ['w2'],
      [],
    ]);
  });

  test('a worker is found by its name, and has a key or a hint', async () => {
    const roles = await rolesIn(world('topic', 'w1 gpu.1', 'w2 cpu.*'));
    expect(routingKeyTo(workerNamed(roles, 'w1'))).toBe('gpu.1');
    const told = (of: () => unknown) => problemOf(Promise.resolve().then(of));
    expect(await told(() => routingKeyTo(workerNamed(roles, 'w2')))).toBe(
      'no binding has a routing key that leads only to queue "w2"\n' +
        'pass --routing-key KEY; every queue that it reaches gets the task',
    );
    const unknown = (name: string): string =>
      `no worker takes tasks from queue "${name}": it is not bound to the exchange "t"\n`;
    expect(await told(() => workerNamed(roles, 'w3'))).toBe(`${unknown('w3')}did you mean w1?`);
    expect(await told(() => workerNamed(roles, 'gpu'))).toBe(
      `${unknown('gpu')}there are "w1", "w2"`,
    );
  });
});
