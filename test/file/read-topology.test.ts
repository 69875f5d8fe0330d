// What a file declares besides its entries, several files as one topology, and RabbitMQ's own
// exports.
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { canonicalObject } from '../../src/topology/normal-form.ts';
import { InvalidInput } from '../../src/topology/problem.ts';
import { readTopology } from '../../src/file/read-topology.ts';
import { canonical } from '../../src/topology/value.ts';
import { makeProject } from './project.ts';
import { namesOf, objectsOf, problemsOf, read, readText } from './read.ts';

const none = { exchange: [], queue: [] };

test('the topology at the root of the project declares what it says', async () => {
  const seed = readFileSync(new URL('../../topology.yaml', import.meta.url), 'utf8');
  const { objects, scopes, outputs, vhosts, warnings } = await readText(seed);
  expect([...objects.keys()]).toEqual([
    'exchanges/%2F/ml_tasks',
    ...[1, 2, 3].map((n) => `queues/%2F/worker_queue_${n}`),
    ...[1, 2, 3].map((n) => `bindings/%2F/e/ml_tasks/q/worker_queue_${n}/worker_queue_${n}`),
  ]);
  const manage = { exchange: [], queue: ['worker_queue_*'], bindings_into: [] };
  expect(scopes).toEqual([{ vhost: '/', manage, protect: none }]);
  expect([...outputs]).toEqual([['tasks', 'ml_tasks']]);
  expect([...vhosts.keys()]).toEqual(['/']);
  expect(warnings).toEqual([]);
});

describe('several files are one topology', () => {
  test('each of which is read once', async () => {
    const folder = makeProject({ 'a.yaml': 'queues: [{ name: a }]' });
    const paths = [`${folder}/a.yaml`, `${folder}/../${basename(folder)}/a.yaml`];
    const settings = { vars: [], varFiles: [], env: {} };
    const { objects, sources } = await readTopology(paths, settings);
    expect([...objects.keys()]).toEqual(['queues/%2F/a']);
    expect([...sources.keys()]).toEqual([`${folder}/a.yaml`]);
  });
  test('with a vhost, ownership and outputs of their own', async () => {
    const desired = await read({
      files: {
        'a.yaml':
          'vhost: one\nqueues: [{ name: a }, { name: b, vhost: three }]\nmanage: all\noutputs: { x: 1 }',
        'b.yaml':
          'vhost: two\nqueues: [{ name: a }]\nprotect: { queues: keep }\nusers: [{ name: u }]\noutputs: { y: 2 }',
        'c.yaml':
          'users: [{ name: v }]\npolicies: [{ name: p, pattern: x, definition: { max-length: 5 } }]',
      },
    });
    expect([...desired.objects.keys()]).toEqual([
      'queues/one/a',
      'queues/three/b',
      'users/u',
      'queues/two/a',
      'users/v',
      'policies/%2F/p',
    ]);
    expect([...desired.vhosts.keys()]).toEqual(['one', 'three', 'two', '/']);
    expect(desired.scopes).toEqual([
      { vhost: 'one', manage: 'all', protect: none },
      {
        vhost: 'two',
        manage: { ...none, bindings_into: [] },
        protect: { exchange: [], queue: ['keep'] },
      },
    ]);
    expect([...desired.outputs]).toEqual([
      ['x', 1],
      ['y', 2],
    ]);
    expect([...desired.sources.keys()].map((file) => file.replace(/.*\//, ''))).toEqual([
      'a.yaml',
      'b.yaml',
      'c.yaml',
    ]);
  });

  test("that share their variables and can't declare the same object", async () => {
    const files = {
      'a.yaml': 'variables: { n: 1 }\nqueues: [{ name: "q${n}" }]',
      'b.yaml': '\nqueues: [{ name: "q${n}" }]',
    };
    expect(await problemsOf(read({ files }))).toBe(
      'b.yaml:2:10 duplicate-declaration: queue "q1" is declared twice, first at a.yaml:2:10\n    remove one of the two\n',
    );
  });

  test('whose outputs have one value each', async () => {
    const files = {
      'a.yaml': 'outputs: { same: 1, tasks: ml_tasks }',
      'b.yaml': 'outputs: { same: 1 }',
      'c.yaml': 'outputs:\n  same: 1\n  tasks: ml_task\n',
    };
    expect(await problemsOf(read({ files }))).toBe(
      'c.yaml:3:3 output-conflict: output "tasks" has another value in a.yaml:1:28\n    all files share their outputs; keep one of the two, or rename one\n',
    );
  });

  test('whose problems are reported file by file', async () => {
    const files = { 'a.yaml': 'x: 1\n', 'b.yaml': '- a', 'c.yaml': 'queues: ]' };
    expect(await problemsOf(read({ files }))).toBe(
      'b.yaml:1:1 not-a-map: a topology file is a map of lists: exchanges, queues, bindings\n    write exchanges: and its entries below it\n' +
        'c.yaml:1:9 yaml-syntax: unexpected flow-seq-end token in YAML stream: "]"\n    check the quotes, brackets and colons before this place\n',
    );
  });
});

test('unreadable files are reported together', async () => {
  const settings = { vars: [], varFiles: ['/no/values.yaml'], env: {} };
  const error = await readTopology(['/no/such.yaml', '/'], settings).catch((each: unknown) => each);
  expect(error).toBeInstanceOf(InvalidInput);
  expect((error as InvalidInput).problems.map(({ message }) => message)).toEqual([
    "/no/such.yaml can't be read: there is no such file",
    "/ can't be read: it is a directory",
    "/no/values.yaml can't be read: there is no such file",
  ]);
});

test('a file without permission to read it is reported, with the remedy', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'topo-file-'));
  const settings = { vars: [], varFiles: [], env: {} };
  const file = join(folder, 'topology.yaml');
  await writeFile(file, '', { mode: 0 });
  try {
    expect(await asNobody(() => problemsOf(readTopology([file], settings)))).toBe(
      "unreadable-file: topology.yaml can't be read: permission denied\n    let this user read it, and enter the folders above it\n",
    );
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('a file over 64 MiB is refused', async () => {
  const problems = await problemsOf(readText(new Uint8Array(64 * 1024 * 1024 + 1)));
  expect(problems).toBe(
    'file-too-large: topology.yaml is larger than 64 MiB\n    split it into several files: topo plan A.yaml B.yaml reads them as one topology\n',
  );
});

/** Root may read whatever it likes. */
async function asNobody<T>(act: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return act();
  process.seteuid?.(65534);
  try {
    return await act();
  } finally {
    process.seteuid?.(0);
  }
}

describe('an empty file is an empty topology', () => {
  test.each(['', '\n', '# only a comment\n', '---\n', '{}', 'null'])('%j', async (text) => {
    const { objects, vhosts } = await readText(text);
    expect(objects.size).toBe(0);
    expect([...vhosts.keys()]).toEqual(['/']);
  });
});

describe('a scalar means what YAML 1.2 says, exactly', () => {
  const rows: [string, string][] = [
    ['5', '5'],
    ['+5', '5'],
    ['007', '7'],
    ['0o17', '15'],
    ['0x1f', '31'],
    ['-0', '0'],
    ['1.0', '1.0'],
    ['1.', '1.0'],
    ['.5', '0.5'],
    ['1e3', '1000.0'],
    ['1.5e-7', '1.5e-7'],
    ['9007199254740993', '9007199254740993'],
    ['-9007199254740993', '-9007199254740993'],
    ['0xffffffffffffffff', '18446744073709551615'],
    ['1_000', '"1_000"'],
    ['0b1', '"0b1"'],
    ['12:30', '"12:30"'],
    ['2026-11-23', '"2026-11-23"'],
    ['True', 'true'],
    ['FALSE', 'false'],
    ['yes', '"yes"'],
    ['off', '"off"'],
    ["'5'", '"5"'],
    ['"5"', '"5"'],
    ['"\\x41\\u00e9\\U0001F4A5"', '"Aé💥"'],
    ['|-\n        two\n        lines', '"two\\nlines"'],
    ['>-\n        one\n        line', '"one line"'],
    ['plain\n        text', '"plain text"'],
    ['[1, [2.0, {a: b}]]', '[1,[2.0,{"a":"b"}]]'],
    ['{ __proto__: 1, constructor: 2 }', '{"__proto__":1,"constructor":2}'],
  ];
  test.each(rows)('%s', async (text, expected) => {
    const [queue] = await objectsOf(`queues:\n  - name: a\n    arguments:\n      mine: ${text}\n`);
    expect(canonical(queue?.arguments.get('mine') ?? null)).toBe(expected);
  });

  test.each(['~', '', 'null', 'NULL'])('%j is null', async (text) => {
    const { outputs } = await readText(`outputs:\n  mine: ${text}\n`);
    expect(outputs.get('mine')).toBeNull();
  });

  test('aliases repeat what they name', async () => {
    const text =
      'queues:\n  - &a { name: a, arguments: &args { mine: [1] } }\n  - { name: b, arguments: *args }\n';
    const [a, b] = await objectsOf(text);
    expect(b?.arguments).toEqual(a?.arguments);
    expect(
      await namesOf('exchanges: []\nqueues: [{ name: &n a }, { name: b, vhost: *n }]'),
    ).toEqual(['a', 'b']);
  });
});

describe("RabbitMQ's exports are read without a problem", () => {
  const folder = new URL('cases/exports/', import.meta.url);
  test.each(readdirSync(folder))('%s', async (name) => {
    const text = readFileSync(new URL(name, folder), 'utf8');
    const { objects, doubts, warnings } = await readText(text);
    expect(doubts).toEqual([]);
    expect(warnings.map(({ code, hint }) => `${code}: ${hint ?? ''}`)).toEqual(warned[name] ?? []);
    const vhost = name === 'vhost-3.10.8.json' ? '%2F' : 'e2export';
    for (const address of expected)
      expect([...objects.keys()]).toContain(address.replace('VHOST', vhost));
    const big = objects.get(`queues/${vhost}/big`)?.object;
    expect(big && canonicalObject(big)).toContain(
      '"x-max-length":9007199254740993,"x-queue-type":"quorum"',
    );
  });

  const warned: Partial<Record<string, string[]>> = {
    'cluster-4.3.6.json': [
      'left-out: remove from the file what RabbitMQ creates by itself to get rid of this warning',
    ],
    'vhost-3.10.8.json': [
      'unnamed-vhost: its policies or parameters are of "e2export": add "vhost": "e2export" at the top',
    ],
  };

  const expected = [
    'exchanges/VHOST/ml_tasks',
    'queues/VHOST/worker_queue_1',
    'queues/VHOST/a%24%7Bx%7D%20%2F%20b',
    'bindings/VHOST/e/ml_tasks/q/worker_queue_1/worker_queue_1',
    'bindings/VHOST/e/ml_tasks/e/inner/~',
    'bindings/VHOST/e/amq.topic/q/big/%2523',
    'bindings/VHOST/e/match/q/log/~6f102795d6177afe',
  ];

  test("but the broker's own objects are left out", async () => {
    const text = `{"rabbit_version": "4.0.5", "vhost": "/",
      "queues": [{"name": "amq.gen-1"}, {"name": "a"}, {"name": "mqtt-subscription-x"}],
      "exchanges": [{"name": "amq.mine", "type": "topic"}],
      "bindings": [{"source": "", "destination": "a"}, {"source": "amq.topic", "destination": "amq.gen-1"}]}`;
    const desired = await readText(text);
    expect([...desired.objects.keys()]).toEqual(['queues/%2F/a']);
    expect(await problemsOf(Promise.resolve(desired))).toBe(
      'topology.yaml:1:1 warning left-out: exchange "amq.mine" and 4 more belong to RabbitMQ and are left out\n    remove from the file what RabbitMQ creates by itself to get rid of this warning\n',
    );
  });
});
