// The roles of topo-harness, with or without a harness section. Problems of a section:
// cases/problems/harness-*.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readRoles, workersFor } from '../../src/topology/roles.ts';
import { problemsOf, read, readText } from './read.ts';
import { keysOf, problemOf, rolesIn } from './roles.ts';

const root = new URL('../../', import.meta.url);
const textOf = (path: string): string => readFileSync(new URL(path, root), 'utf8');

describe('without a section', () => {
  test("the seed's three workers are the queues bound to its exchange", async () => {
    const roles = await rolesIn(textOf('topology.yaml'));
    expect(roles.tasks).toBe('ml_tasks');
    expect(keysOf(roles)).toEqual([
      ['worker_queue_1', 'worker_queue_1'],
      ['worker_queue_2', 'worker_queue_2'],
      ['worker_queue_3', 'worker_queue_3'],
    ]);
    const { vhost, pool, results, dead_letter, retries, events } = roles;
    expect({ vhost, pool, results, dead_letter, retries, events }).toEqual({
      vhost: '/',
      pool: undefined,
      results: undefined,
      dead_letter: undefined,
      retries: [],
      events: undefined,
    });
  });

  test('two exchanges with bound queues are ambiguous', async () => {
    const more = `exchanges: [{ name: emails, type: fanout }]
queues: [{ name: outbox }]
bindings: [{ source: emails, destination: outbox }]`;
    const both = read({ files: { 'a.yaml': textOf('topology.yaml'), 'b.yaml': more } });
    expect(await problemOf(both.then(readRoles))).toBe(
      'tasks could go to any of 2 exchanges: "ml_tasks" or "emails"\nwrite harness: { tasks: NAME }',
    );
  });

  test('two vhosts with such an exchange each are ambiguous', async () => {
    const seed = textOf('topology.yaml').replace('manage:', 'vhost: a\nmanage:');
    const files = { 'a.yaml': seed, 'b.yaml': textOf('topology.yaml') };
    expect(await problemOf(read({ files }).then(readRoles))).toContain(
      'any of 2 exchanges: "ml_tasks" or "ml_tasks"',
    );
  });

  test('of two vhosts, the one with such an exchange counts', async () => {
    const files = {
      'a.yaml': 'vhost: a\nqueues: [{ name: q }]',
      'b.yaml': textOf('topology.yaml'),
    };
    expect(readRoles(await read({ files })).vhost).toBe('/');
  });

  test.each([
    ['no bindings', 'exchanges: [{ name: ml_tasks, type: direct }]'],
    ['an empty file', ''],
    ['no workers any more', textOf('topology.yaml')],
  ])('%s', async (_, text) => {
    const vars = text.includes('workers') ? ['workers=0'] : [];
    expect(await problemOf(rolesIn(text, { vars }))).toBe(
      "no declared exchange has a worker's queue bound to it, so tasks have nowhere to go\n" +
        'declare an exchange, a queue for each worker, and a binding between them',
    );
  });
});

describe('with a section', () => {
  test('the training example has every role', async () => {
    const roles = await rolesIn(textOf('examples/training/topology.yaml'), { vars: ['workers=2'] });
    expect(keysOf(roles)).toEqual([
      ['worker_queue_1', 'worker_queue_1'],
      ['worker_queue_2', 'worker_queue_2'],
      ['ml_pool', 'ml_pool'],
    ]);
    expect(roles.retries).toEqual([
      { queue: 'ml_retry_1s', exchange: 'ml_retry_1s', delay: 1000 },
      { queue: 'ml_retry_10s', exchange: 'ml_retry_10s', delay: 10_000 },
      { queue: 'ml_retry_60s', exchange: 'ml_retry_60s', delay: 60_000 },
    ]);
    const { tasks, results, dead_letter, events } = roles;
    expect([tasks, results, dead_letter, events]).toEqual([
      ...['ml_tasks', 'ml_results', 'ml_dead_letters', 'ml_events'],
    ]);
  });

  test('the training example has no warnings', async () => {
    expect(await problemsOf(readText(textOf('examples/training/topology.yaml')))).toBe('');
  });

  test('names may be expressions, and numbers are names', async () => {
    const text = `variables: { tasks: 7 }
exchanges: [{ name: '7', type: direct }, { name: other, type: fanout }]
queues: [{ name: w }]
bindings: [{ source: '7', destination: w }, { source: other, destination: w }]
harness: { tasks: '\${tasks}' }`;
    expect((await rolesIn(text)).tasks).toBe('7');
  });

  test("its vhost is its own, or its file's", async () => {
    const seed = textOf('topology.yaml').replace('manage:', 'vhost: a\nmanage:');
    const own = read({ files: { 'a.yaml': `${seed}\nharness: {}` } });
    const named = read({ files: { 'a.yaml': seed, 'b.yaml': 'harness: { vhost: a }' } });
    expect(readRoles(await own).vhost).toBe('a');
    expect(readRoles(await named).workers.size).toBe(3);
  });

  test('two files with a section each are refused', async () => {
    const files = {
      'a.yaml': `${textOf('topology.yaml')}\nharness: {}`,
      'b.yaml': '\nharness: {}',
    };
    expect(await problemsOf(read({ files }))).toMatch(
      /^b\.yaml:2:1 harness-twice: there is a harness section already, at a\.yaml:\d+:1\n/,
    );
  });

  test('a tasks exchange without bindings has no workers', async () => {
    const text = 'exchanges: [{ name: t, type: direct }]\nharness: { tasks: t }';
    const desired = await readText(text);
    const reading = Promise.resolve().then(() => (readRoles(desired), desired));
    expect(await problemsOf(reading)).toBe(
      'topology.yaml:2:1 no-workers: no queue is bound to the tasks exchange "t", so no worker would get a task\n' +
        '    declare a queue for each worker, and bind it\n',
    );
  });

  test('retries are sorted by their delay', async () => {
    const retry = 'retry: [ml_retry_60s, ml_retry_1s, ml_retry_10s]';
    const text = textOf('examples/training/topology.yaml').replace(/retry: \[.*\]/, retry);
    const { retries } = await rolesIn(text);
    expect(retries.map(({ delay }) => delay)).toEqual([1000, 10_000, 60_000]);
  });

  test('a direct exchange that knows every key takes a task to a retry queue as well', async () => {
    const { retries } = await rolesIn(`
exchanges: [{ name: ml_tasks, type: direct }, { name: later, type: direct }]
queues:
  - { name: w1 }
  - { name: w2 }
  - { name: wait, arguments: { x-message-ttl: 5000, x-dead-letter-exchange: ml_tasks } }
bindings:
  - { source: ml_tasks, destination: w1, routing_key: a }
  - { source: ml_tasks, destination: w2, routing_key: b }
  - { source: later, destination: wait, routing_key: a }
  - { source: later, destination: wait, routing_key: b }
harness: { tasks: ml_tasks, retry: [wait] }`);
    expect(retries).toEqual([{ queue: 'wait', exchange: 'later', delay: 5000 }]);
  });

  test('a worker of a wildcard needs an exchange that takes any key to a retry queue', async () => {
    const text = (pattern: string): string => `
exchanges: [{ name: ml_tasks, type: topic }, { name: later, type: topic }]
queues:
  - { name: w1 }
  - { name: wait, arguments: { x-message-ttl: 5000, x-dead-letter-exchange: ml_tasks } }
bindings:
  - { source: ml_tasks, destination: w1, routing_key: 'gpu.#' }
  - { source: later, destination: wait, routing_key: '${pattern}' }
harness: { tasks: ml_tasks, retry: [wait] }`;
    expect((await rolesIn(text('gpu.#'))).retries).toHaveLength(1);
    expect(await problemsOf(readText(text('gpu.a')))).toContain('unreachable-retry');
  });
});

test('ten thousand workers are known within seconds', async () => {
  const text = textOf('examples/training/topology.yaml');
  const desired = await readText(text, { vars: ['workers=10000'] });
  const start = process.cpuUsage();
  const roles = readRoles(desired);
  const missed = [...roles.workers].filter(
    ([name, { routing_key = '' }]) => workersFor(roles, routing_key)[0]?.queue.name !== name,
  );
  expect(missed).toEqual([]);
  // Of this process's own: other processes take time, too.
  const { user, system } = process.cpuUsage(start);
  expect((user + system) / 1_000).toBeLessThan(5000);
});
