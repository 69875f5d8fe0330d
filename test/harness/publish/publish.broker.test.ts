// topo-harness publish, as a person meets it: what arrives, what it says, and its exit code.
import { closeSync, openSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hardened, until } from '../bed.ts';
import { layPublishBed, linesOf } from '../publish-bed.ts';

const ids = (...names: string[]): string => names.map((id) => `{"id":"${id}"}\n`).join('');

describe('who gets the tasks', () => {
  const three = ids('a', 'b', 'c');
  test.each([
    { what: 'one worker', args: ['--to', 'w2'], w1: [], w2: ['a', 'b', 'c'] },
    { what: 'all in turn', args: ['--round-robin'], w1: ['a', 'c'], w2: ['b'] },
    { what: 'whom a key leads to', args: ['--routing-key', 'k1'], w1: ['a', 'b', 'c'], w2: [] },
  ])('$what', async ({ args, w1, w2 }) => {
    const bed = await layPublishBed(three);
    const { code, out } = await bed.run([bed.tasks, ...args]);
    expect(out).toMatch(/^Published: 3 confirmed, 0 returned, 0 refused in \d+\.\d s\n$/);
    expect(code).toBe(0);
    expect((await bed.arrived('w1')).map(({ id }) => id)).toEqual(w1);
    expect((await bed.arrived('w2')).map(({ id }) => id)).toEqual(w2);
    expect(await bed.kept()).toEqual([]);
  });

  test('the pool, where the file has one, and a worker that a task names', async () => {
    const bed = await layPublishBed('{"id":"a"}\n{"id":"b","to":"w2"}\n', hardened);
    expect(await bed.run([bed.tasks])).toMatchObject({ code: 0 });
    const pooled = await bed.take('pool');
    expect(JSON.parse(String(pooled?.content))).toEqual({ version: 1, id: 'a' });
    expect(await bed.arrived('w2')).toEqual([{ version: 1, id: 'b' }]);
    expect(pooled?.properties).toMatchObject({
      ...{ messageId: 'a', correlationId: 'a', replyTo: 'results', type: 'topo.task.v1' },
      ...{ contentType: 'application/json', deliveryMode: 2, appId: 'topo-harness' },
      headers: { 'x-topo-attempt': 1 },
    });
    const age = Date.now() / 1_000 - Number(pooled?.properties.timestamp);
    expect(Math.abs(age)).toBeLessThan(60);
  });
});

test('what is published and can not be told is exit 7', async () => {
  const bed = await layPublishBed(ids('a'));
  const full = openSync('/dev/full', 'w');
  const ended = await bed.start([bed.tasks, '--to', 'w1'], { out: full }).ended;
  closeSync(full);
  expect(ended).toMatchObject({ code: 7 });
  expect(ended.err).toContain('everything was done, but it could not be reported');
  expect(await bed.arrived('w1')).toMatchObject([{ id: 'a' }]);
});

test('a task arrives with its numbers as they were written', async () => {
  const numbers = '"hyperparameters":{"a":1.0,"b":12345678901234567890,"c":1e-7,"d":"ü"}';
  const bed = await layPublishBed(`{"id":"x",${numbers}}\r\n\n  {"id":"y","to":"w1",${numbers}}`);
  expect(await bed.run([bed.tasks, '--to', 'w1'])).toMatchObject({ code: 0 });
  const texts = [await bed.take('w1'), await bed.take('w1')].map((one) => String(one?.content));
  expect(texts).toEqual([`{"version":1,"id":"x",${numbers}}`, `{"version":1,"id":"y",${numbers}}`]);
});

describe('wrong from the start: exit 3, nothing sent, nothing kept', () => {
  test.each([
    {
      what: 'an unknown worker',
      args: ['--to', 'w3'],
      says: ['no worker takes tasks from queue "w3"', 'did you mean w1?'],
    },
    {
      what: 'a key that leads nowhere',
      args: ['--routing-key', 'k3'],
      says: ['with the routing key "k3"', 'did you mean k1?'],
    },
    { what: 'nobody named', args: [], says: ['who is to take the tasks', '"w1" or "w2"'] },
    { what: 'two choices', args: ['--to', 'w1', '--round-robin'], says: ['do not go together'] },
    { what: 'no window', args: ['--to', 'w1', '--window', '0'], says: ['--window'] },
    { what: 'tasks to a resumed publish', args: ['--resume'], says: ['--resume and a file'] },
  ])('$what', async ({ args, says }) => {
    const bed = await layPublishBed(ids('a'));
    const { code, out, err } = await bed.run([bed.tasks, ...args]);
    for (const text of says) expect(err).toContain(text);
    expect({ code, out }).toEqual({ code: 3, out: '' });
    expect(await bed.arrived('w1')).toEqual([]);
    expect(await bed.kept()).toEqual([]);
  });

  test('every wrong line of a file at once', async () => {
    const lines = [
      '{"id":"a"}',
      '{"id":"a"}',
      '{"sherd":{"uri":"x"},"seed":-1}',
      'nonsense',
      '[1]',
      '{"to":"w9"}',
      `{"labels":{"x":"${'x'.repeat(1 << 20)}"}}`,
      `{"hyperparameters":{"a":${'['.repeat(99)}${']'.repeat(99)}}}`,
    ];
    const bed = await layPublishBed(lines.join('\n'));
    const { code, err } = await bed.run(['tasks.jsonl', '--to', 'w1']);
    const found = [...err.matchAll(/^tasks\.jsonl:(\d+):1: error: (.{0,30})/gm)];
    expect(found.map(([, line, text]) => `${line} ${text}`)).toEqual([
      '2 line 1 has the same id',
      '3 the task has no field "sherd":',
      '3 "seed" must be >= 0',
      '4 it is not JSON: "nonsense"',
      '5 it is no JSON object',
      '6 no worker takes tasks from que',
      '7 it is longer than 1048576 byte',
      '8 it is nested too deeply',
    ]);
    expect(code).toBe(3);
    expect(await bed.arrived('w1')).toEqual([]);
  });

  test('of a thousand wrong lines, twenty are shown', async () => {
    const bed = await layPublishBed('x\n'.repeat(1_000));
    const { code, err } = await bed.run([bed.tasks, '--to', 'w1']);
    expect(err.match(/it is not JSON/g)).toHaveLength(20);
    expect(err).toContain('and 980 more problems');
    expect(code).toBe(3);
  });

  test('an exchange that the broker does not have', async () => {
    const bed = await layPublishBed(ids('a'));
    const channel = await bed.model.createChannel();
    await channel.deleteExchange('jobs');
    const { code, err } = await bed.run([bed.tasks, '--to', 'w1']);
    const { hostname, port } = bed.target;
    expect(err).toContain(
      `the broker at ${hostname}:${port} (as AMQP_URL says) has no exchange "jobs" in vhost "${bed.vhost}"`,
    );
    expect(err).toContain('run topo apply');
    expect(code).toBe(3);
    expect(await bed.kept()).toEqual([]);
  });

  test('a file that is not there', async () => {
    const bed = await layPublishBed('');
    const { code, err } = await bed.run(['no.jsonl', '--to', 'w1']);
    expect(err).toContain("can't read no.jsonl: it does not exist");
    expect(code).toBe(3);
  });
});

test('a broker out of reach is exit 1', async () => {
  const bed = await layPublishBed(ids('a'));
  const amqpUrl = 'amqp://127.0.0.1:1';
  expect(await bed.run([bed.tasks, '--to', 'w1'], { amqpUrl })).toMatchObject({ code: 1 });
});

describe('tasks that come in on stdin', () => {
  test('are sent as they come, and what is no task is told and left out', async () => {
    const bed = await layPublishBed('');
    const { child, ended, err } = bed.start(['--to', 'w1'], { stdin: null });
    child.stdin?.write('{"id":"a"}\nnonsense\n{"id":"b"}\n{"id":"a"}\n');
    await until(async () => (await bed.depth('w1')) === 2, 'the first two');
    expect(err()).toContain('stdin:2: error: it is not JSON: "nonsense"');
    expect(err()).toContain('stdin:4: error: line 1 has the same id');
    child.stdin?.end('{"id":"c"}');
    const { code, out } = await ended;
    expect(out).toMatch(/^Published: 3 confirmed, 0 returned, 2 refused/);
    expect(code).toBe(6);
    expect(await bed.kept()).toEqual([]);
  });

  test('nothing comes: nothing is published, and all is well', async () => {
    const bed = await layPublishBed('');
    const { code, out } = await bed.run(['-', '--to', 'w1', '--format', 'json']);
    expect(JSON.parse(out)).toMatchObject({ confirmed: 0, returned: 0, refused: 0, reasons: [] });
    expect(code).toBe(0);
  });

  test('Ctrl-C stops reading, and the same command goes on', async () => {
    const bed = await layPublishBed('');
    const { child, ended } = bed.start(['--to', 'w1'], { stdin: null });
    child.stdin?.write(linesOf(5));
    await until(async () => (await bed.depth('w1')) === 5, 'the first five');
    child.kill('SIGINT');
    const { code, out } = await ended;
    expect(out).toMatch(/^Published: 5 confirmed/);
    expect(code).toBe(130);
    const again = await bed.run(['--to', 'w1', '--format', 'json'], { stdin: linesOf(8) });
    expect(JSON.parse(again.out)).toMatchObject({ confirmed: 8, confirmed_before: 5 });
    expect((await bed.arrived('w1')).map(({ round }) => round)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });
});

describe('what no queue takes stays in the outbox', () => {
  test('returned: the binding is missing; --resume sends it once it is back', async () => {
    const bed = await layPublishBed(ids('a', 'b', 'c'));
    const channel = await bed.model.createChannel();
    await channel.unbindQueue('w2', 'jobs', 'k2');
    const first = await bed.run([bed.tasks, '--round-robin']);
    expect(first.out).toMatch(/^Published: 2 confirmed, 1 returned, 0 refused/);
    expect(first.err).toContain('returned: 1 task: NO_ROUTE');
    expect(first.err).toContain('publish --resume');
    expect(first.code).toBe(6);
    await channel.bindQueue('w2', 'jobs', 'k2');
    const second = await bed.run(['--resume']);
    expect(second.out).toMatch(
      /^Published: 3 confirmed \(2 of them before\), 0 returned, 0 refused/,
    );
    expect(second.code).toBe(0);
    expect((await bed.arrived('w2')).map(({ id }) => id)).toEqual(['b']);
    expect(await bed.arrived('w1')).toHaveLength(2);
    expect(await bed.kept()).toEqual([]);
  });

  test('refused: the queue is full and rejects', async () => {
    const full = `
exchanges: [{ name: jobs, type: direct }]
queues: [{ name: w1, arguments: { x-max-length: 2, x-overflow: reject-publish } }]
bindings: [{ source: jobs, destination: w1, routing_key: k1 }]
`;
    const bed = await layPublishBed(linesOf(10), full);
    const { code, out, err } = await bed.run([bed.tasks, '--format', 'json', '--window', '1']);
    const { confirmed, refused } = JSON.parse(out) as { confirmed: number; refused: number };
    expect(confirmed + refused).toBe(10);
    expect(refused).toBeGreaterThan(5);
    expect(err).toContain('a queue is full and rejects what is published');
    expect(code).toBe(6);
  });
});

describe('an unfinished publish', () => {
  const unfinished = async () => {
    const bed = await layPublishBed(ids('a', 'b', 'c'));
    const channel = await bed.model.createChannel();
    await channel.unbindQueue('w1', 'jobs', 'k1');
    expect(await bed.run([bed.tasks, '--to', 'w1'])).toMatchObject({ code: 6 });
    await channel.bindQueue('w1', 'jobs', 'k1');
    await writeFile(join(bed.folder, 'other.jsonl'), ids('x'));
    return bed;
  };

  test.each([
    { what: 'other tasks', args: ['other.jsonl', '--to', 'w1'], says: 'publish of other tasks' },
    { what: 'other workers', args: ['tasks.jsonl', '--to', 'w2'], says: 'to other workers' },
  ])('stands in the way of $what', async ({ args, says }) => {
    const bed = await unfinished();
    const { code, err } = await bed.run(args);
    expect(err).toContain(says);
    expect(err).toContain('3 tasks from');
    expect(err).toMatch(/--resume.*--discard/);
    expect(code).toBe(3);
    expect([...(await bed.arrived('w1')), ...(await bed.arrived('w2'))]).toEqual([]);
  });

  test('is gone on with by the same command', async () => {
    const bed = await unfinished();
    expect(await bed.run([bed.tasks, '--to', 'w1'])).toMatchObject({ code: 0 });
    expect((await bed.arrived('w1')).map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  });

  test('is dropped by --discard, with another one in its place or none', async () => {
    const bed = await unfinished();
    expect(await bed.run(['other.jsonl', '--to', 'w1', '--discard'])).toMatchObject({ code: 0 });
    expect((await bed.arrived('w1')).map(({ id }) => id)).toEqual(['x']);
    expect(await bed.kept()).toEqual([]);
    const second = await unfinished();
    expect(await second.run(['--discard'])).toMatchObject({ code: 0, out: '' });
    expect(await second.kept()).toEqual([]);
  });
});

test('a publish that is finished can be repeated on purpose, under new ids', async () => {
  const bed = await layPublishBed(linesOf(3));
  for (let time = 0; time < 2; time++) {
    expect(await bed.run([bed.tasks, '--to', 'w1'])).toMatchObject({ code: 0 });
  }
  const arrived = await bed.arrived('w1');
  expect(new Set(arrived.map(({ id }) => id)).size).toBe(6);
});

test('--resume with an empty outbox has nothing to do', async () => {
  const bed = await layPublishBed('');
  const { code, err } = await bed.run(['--resume']);
  expect(err).toContain('the outbox is empty');
  expect(code).toBe(0);
});

test('of two publishers on one outbox the second is refused, and the first goes on', async () => {
  const bed = await layPublishBed(ids('x'));
  const { child, ended } = bed.start(['--to', 'w1'], { stdin: null });
  child.stdin?.write(ids('a'));
  await until(async () => (await bed.depth('w1')) === 1, 'the first task');
  const second = await bed.run([bed.tasks, '--to', 'w1']);
  expect(second.err).toContain(
    `another publish is using the outbox .topo-harness/outbox (pid ${child.pid})`,
  );
  expect(second.code).toBe(1);
  child.stdin?.end(ids('b'));
  expect(await ended).toMatchObject({ code: 0 });
  expect((await bed.arrived('w1')).map(({ id }) => id)).toEqual(['a', 'b']);
});
