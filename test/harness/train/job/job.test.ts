// Job files: what is filled in, and what is wrong with one, all at once and in its place.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readJob } from '../../../../src/cli/harness/read-job.ts';
import { renderProblems } from '../../../../src/report/problems.ts';
import { InvalidInput } from '../../../../src/topology/problem.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'topo-job-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function read(text: string) {
  const file = join(folder, 'job.yaml');
  await writeFile(file, text);
  return readJob(file);
}

/** One line for each problem, and its hint. */
async function problemsOf(text: string): Promise<string[]> {
  const error = await read(text).then(
    () => undefined,
    (found: unknown) => found,
  );
  if (!(error instanceof InvalidInput)) throw new Error('it was read', { cause: error });
  return error.problems.map(({ code, message, hint, at }) => {
    const place = at ? `${at.line}:${at.col} ` : '';
    return `${place}${code}: ${message.replaceAll(`${folder}/`, '')} | ${hint ?? ''}`;
  });
}

const least = 'name: digits\nshards: [a.npz]\nrounds: 2\nlocal_steps: 5\n';

test('what a job leaves out is filled in', async () => {
  expect((await read(least)).value).toEqual({
    ...{ version: 1, name: 'digits', shards: ['a.npz'], rounds: 2, local_steps: 5 },
    ...{ allow_hosts: [], model: { hyperparameters: {} }, seed: 0, heartbeat: '1s' },
    ...{ outer_optimizer: { kind: 'average', learning_rate: 0.7, momentum: 0.9 } },
    ...{ completion: { shards: 'all' }, straggler_factor: 1.5, max_failures: 3 },
    ...{ weight: 'samples', store: { kind: 'shared' }, checkpoints: { keep: 3 } },
  });
});

test('what a job gives is kept', async () => {
  const text = `${least}version: 1
model: { parameters: first.safetensors, hyperparameters: { learning_rate: 1.0, layers: [64, 32] } }
outer_optimizer: { kind: nesterov, momentum: 0.8 }
seed: 9007199254740991
completion: { shards: 0.5 }
target: { metric: loss, at_most: 0.1 }
evaluation: { shard: { uri: test.npz } }
store: { kind: inline }
`;
  expect((await read(text)).value).toMatchObject({
    model: {
      parameters: 'first.safetensors',
      hyperparameters: { learning_rate: 1, layers: [64, 32] },
    },
    outer_optimizer: { kind: 'nesterov', learning_rate: 0.7, momentum: 0.8 },
    ...{ seed: 9007199254740991, completion: { shards: 0.5 }, store: { kind: 'inline' } },
    target: { metric: 'loss', at_most: 0.1 },
    evaluation: { shard: { uri: 'test.npz' }, every: 1 },
  });
});

test('the examples of the schema are jobs', async () => {
  const schema = JSON.parse(
    await readFile(new URL('../../../../schema/job.schema.json', import.meta.url), 'utf8'),
  ) as { properties: Record<string, { examples?: unknown[]; default?: unknown }> };
  const base = { name: 'digits', shards: ['a'], rounds: 1, local_steps: 1 };
  for (const [name, { examples = [], ...rest }] of Object.entries(schema.properties)) {
    const values = 'default' in rest ? [...examples, rest.default] : examples;
    expect(values, name).not.toEqual([]);
    for (const value of values) await read(JSON.stringify({ ...base, [name]: value }));
  }
});

test('an alias that is filled in at one place is what it was at the other', async () => {
  const text = `${least}model: { hyperparameters: { kept: &a { kind: nesterov } } }\nouter_optimizer: *a\n`;
  expect((await read(text)).value.model.hyperparameters).toEqual({ kept: { kind: 'nesterov' } });
});

test('what is wrong is told all at once, in the order of the file', async () => {
  const text = `name: my digits
shards: []
rouns: 2
local_steps: '5'
outer_optimizer: { kind: nesterov, momentum: 1 }
target: { metric: loss, at_mots: 0.1 }
heartbeat: 0s
`;
  expect(await problemsOf(text)).toEqual([
    '1:1 missing-field: a job file has no rounds | add rounds: …',
    '1:7 wrong-value: name must be like "digits", not the string "my digits" | ',
    '2:9 wrong-value: shards must be a list that is not empty, not a list | ',
    '3:1 unknown-field: a job file has no field "rouns" | did you mean rounds?',
    '4:14 wrong-value: local_steps must be an integer, not the string "5" | remove the quotes',
    '5:46 wrong-value: outer_optimizer.momentum must be below 1, not the number 1 | ',
    '6:9 missing-field: target has no at_most | add at_most: …',
    '6:25 unknown-field: target has no field "at_mots" | did you mean at_most?',
    '7:12 wrong-value: heartbeat must be above 0 and at most 24 days, not "0s" | write what the workers were started with, such as 1s',
  ]);
});

describe('a job with', () => {
  const rows: [string, string, string][] = [
    [
      'settings of the average',
      'outer_optimizer: { kind: average, momentum: 0.9 }',
      '5:45 unused-field: outer_optimizer.momentum has no meaning for the average | remove it, or write kind: nesterov',
    ],
    [
      'an unknown optimizer',
      'outer_optimizer: { kind: adam }',
      '5:26 wrong-value: outer_optimizer.kind must be "average" or "nesterov", not the string "adam" | ',
    ],
    [
      'a target without a bound',
      'target: { metric: loss }',
      '5:9 missing-field: target has no at_most | add at_most: …',
    ],
    [
      'a target with two bounds',
      'target: { metric: loss, at_most: 1, at_least: 0 }',
      '5:37 unknown-field: target has no field "at_least" | there are metric, at_most',
    ],
    [
      'a target that is none',
      'target: 0.1',
      '5:9 wrong-value: target must be a map, not the number 0.1 | ',
    ],
    [
      'a completion of nothing',
      'completion: { shards: 0 }',
      '5:23 wrong-value: completion.shards must be above 0, not the number 0 | ',
    ],
    [
      'a completion in words',
      'completion: { shards: most }',
      '5:23 wrong-value: completion.shards must be "all" or a number, not the string "most" | ',
    ],
    [
      'a straggler factor of 1',
      'straggler_factor: 1',
      '5:19 wrong-value: straggler_factor must be above 1, not the number 1 | ',
    ],
    [
      'a reserved hyperparameter',
      'model: { hyperparameters: { local_steps: 5 } }',
      '5:42 reserved-hyperparameter: the hyperparameter local_steps is set by the coordinator | write local_steps: … in the job itself',
    ],
    [
      'a number that would be rounded',
      'model: { hyperparameters: { a: [12345678901234567890] } }',
      '5:33 inexact-number: hyperparameters.a.0 is an integer beyond 2^53, which trainers would get rounded | put it in quotes, or write it as a smaller number',
    ],
    [
      'a host that is none',
      'allow_hosts: ["a b"]',
      '5:15 wrong-value: allow_hosts[0] "a b" is no host, address or network | write data.example.com, data.example.com:8443, 10.0.0.5 or 10.0.0.0/8',
    ],
    [
      'an unknown scheme',
      'evaluation: { shard: "s3://a/b" }',
      "5:22 wrong-value: a shard can't have the scheme s3: | name a path, a glob, or an http: or https: URI",
    ],
    [
      'a shard that is a number',
      'evaluation: { shard: 5 }',
      '5:22 wrong-value: evaluation.shard must be a string or a map, not the number 5 | ',
    ],
    [
      'a wrong hash',
      'evaluation: { shard: { uri: a, sha256: abc } }',
      '5:40 wrong-value: evaluation.shard.sha256 must be like "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", not the string "abc" | ',
    ],
    [
      'a heartbeat in words',
      'heartbeat: soon',
      '5:12 wrong-value: heartbeat must be like "1s" or "500ms", not the string "soon" | ',
    ],
    ['another version', 'version: 2', '5:10 wrong-value: version must be 1, not the number 2 | '],
    [
      'queues, which belong to topologies',
      'queues:\n  - name: a',
      '5:1 unknown-field: a job file has no field "queues" | there are version, name, shards, allow_hosts, model, rounds, local_steps, outer_optimizer, seed, completion, weight, target, straggler_factor, heartbeat, max_failures …',
    ],
    [
      'a field twice',
      'rounds: 3',
      '5:1 duplicate-key: "rounds" is given twice in one map | keep one of the two',
    ],
    [
      'a merge key',
      '<<: {}',
      '5:1 merge-key: merge keys (<<) are not supported: YAML 1.2 has dropped them | write the fields out',
    ],
    [
      'a tag',
      'seed: !!int 5',
      '5:7 yaml-tag: YAML tags are not supported | remove the tag; a quoted value is a string',
    ],
    [
      'two documents',
      '---\nname: b',
      '5:1 yaml-several-documents: the file holds several YAML documents | keep one: a job is one document',
    ],
  ];
  test.each(rows)('%s', async (_, line, problem) => {
    expect(await problemsOf(`${least}${line}\n`)).toEqual([problem]);
  });

  const hostile: [string, string, string][] = [
    ['100,000 brackets', `${least}seed: ${'['.repeat(100_000)}`, 'too-deep'],
    [
      '10,000 fields',
      least + Array.from({ length: 10_000 }, (_, n) => `a${n}: 1\n`).join(''),
      'unknown-field',
    ],
    [
      'aliases of aliases',
      `${least}a: &a0 [x]\n${Array.from({ length: 30 }, (_, n) => `b${n}: &a${n + 1} [*a${n}, *a${n}]\n`).join('')}`,
      'too-many-aliased',
    ],
    ['a prototype', `${least}__proto__: { rounds: 5 }`, 'unknown-field'],
    [
      'a list in the place of the map',
      '- a',
      '1:1 not-a-map: a job file is a map: name, shards, rounds, local_steps | write name: value, each on its own line',
    ],
    ['nothing', '', 'missing-field'],
    ['a NUL', 'name: a\0', 'unreadable-file'],
  ];
  test.each(hostile)('%s', async (_, text, code) => {
    expect((await problemsOf(text)).join('\n')).toContain(code);
  });
});

test('a file that is not there is told to be a job', async () => {
  const problem = { hint: 'name a job file in YAML or JSON, or - for stdin' };
  await expect(readJob(join(folder, 'missing.yaml'))).rejects.toMatchObject({
    ...{ message: expect.stringContaining('there is no such file') as string },
    problems: [problem],
  });
});

test('a problem is printed with its line', async () => {
  const error: unknown = await read(`${least}seeed: 5\n`).catch((found: unknown) => found);
  const same = (text: string): string => text;
  const paint = new Proxy({}, { get: () => same }) as Parameters<typeof renderProblems>[1];
  expect(renderProblems(error as InvalidInput, paint)).toBe(
    `${folder}/job.yaml:5:1: error: a job file has no field "seeed"
  4 | local_steps: 5
  5 | seeed: 5
    | ^
  hint: did you mean seed?`,
  );
});
