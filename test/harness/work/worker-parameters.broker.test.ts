// Parameters on their way into a trainer and back, in files or within messages, on a real broker.
import { randomUUID } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { parseResult } from '../../../src/harness/messaging/message.ts';
import type { Task } from '../../../src/harness/messaging/task.generated.ts';
import { until } from '../bed.ts';
import type { TestWorker } from '../worker-bed.ts';
import {
  hashOf,
  inlineOf,
  layParametersBed,
  share,
  trainers,
  type ParametersBed,
} from './worker-parameters-bed.ts';

const before = Buffer.from([1, 2, 3, 254]);
const after = Buffer.from([2, 3, 4, 255]);

describe.each(Object.entries(trainers))('%s', (_, open) => {
  test('inline parameters come as a file, and go back inline; no file is left', async () => {
    const bed = await layParametersBed();
    await bed.work(open);
    const parameters = inlineOf(before);
    await bed.ask({ id: 'a', parameters, return_parameters: 'inline' });
    const result = await bed.result('a');
    expect(result.parameters).toEqual(inlineOf(after));
    const { given } = result.output as { given: { path: string } };
    expect(given).toEqual({ sha256: hashOf(before), path: given.path });
    expect(given.path).toMatch(/^\/.*\.safetensors$/);
    expect(await bed.inlineFiles()).toEqual([]);
    expect(await readdir(join(bed.root, 'results')).catch(() => [])).toEqual([]);
  });

  test('shared parameters stay files; the uri is relative to the root, with the hash', async () => {
    const bed = await layParametersBed();
    await bed.work(open);
    const parameters = await share(bed.root, before);
    await bed.ask({ id: 'b', parameters });
    const result = await bed.result('b');
    expect(result.parameters?.uri).toMatch(/^results\/b[\w-]*\.bin$/);
    expect(result.parameters).toEqual({ uri: result.parameters?.uri, sha256: hashOf(after) });
    const { given } = result.output as { given: object };
    expect(given).toEqual({ ...parameters, path: join(bed.root, parameters.uri) });
    expect(await readFile(join(bed.root, result.parameters?.uri ?? ''))).toEqual(after);
  });
});

test('the longest inline parameters go both ways', async () => {
  const bed = await layParametersBed();
  await bed.work();
  const bytes = Buffer.alloc(8 * 2 ** 20, 7);
  await bed.ask({ id: 'long', parameters: inlineOf(bytes), return_parameters: 'inline' });
  await until(async () => (await bed.depth('results')) === 1, 'the result');
  const message = await bed.take('results');
  const parsed = message && parseResult(message.content, message.properties);
  const parameters = inlineOf(Buffer.alloc(8 * 2 ** 20, 8));
  expect(parsed).toMatchObject({ kind: 'parsed', value: { task: 'long', parameters } });
});

test('an absolute path or a file: URI below a root is made relative', async () => {
  const bed = await layParametersBed();
  await bed.work();
  const hyperparameters = { how: 'is-absolute' };
  await bed.ask({ id: 'c', parameters: await share(bed.root, before), hyperparameters });
  const { parameters } = await bed.result('c');
  expect(parameters).toEqual({ uri: 'results/c.bin', sha256: hashOf(after) });
});

test('what lies elsewhere is named as the trainer names it', async () => {
  const bed = await layParametersBed();
  await bed.work();
  const hyperparameters = { how: 'is-elsewhere' };
  await bed.ask({ id: 'd', parameters: inlineOf(before), hyperparameters });
  expect((await bed.result('d')).parameters).toEqual({ uri: 's3://bucket/model' });
});

test('a task with inline parameters that comes again is not trained again', async () => {
  const bed = await layParametersBed();
  const worker = await bed.work(trainers.exec, { prefetch: 5 });
  const hyperparameters = { ms: 300 };
  const task = { id: 'e', parameters: inlineOf(before), hyperparameters } as const;
  for (let times = 0; times < 2; times++) await bed.ask({ ...task, return_parameters: 'inline' });
  const isAcked = (step: string): boolean => step === 'acked e';
  await until(() => worker.steps.filter(isAcked).length === 2, 'the acks');
  await bed.ask({ ...task, return_parameters: 'inline' });
  await until(() => worker.steps.filter(isAcked).length === 3, 'the third ack');
  worker.drain();
  await worker.ended;
  await bed.work();
  await bed.ask({ ...task, return_parameters: 'inline' });
  await until(async () => (await bed.depth('results')) === 4, 'four results');
  const results = (await bed.results(1)).get('e') ?? [];
  expect(results.map(({ parameters }) => parameters)).toEqual(Array(4).fill(inlineOf(after)));
  expect(new Set(results.map(({ finished_at }) => finished_at)).size).toBe(1);
  expect(await bed.trained()).toEqual(['e']);
  expect(await bed.inlineFiles()).toEqual([]);
});

const good = inlineOf(before);
const long = inlineOf(Buffer.alloc(9 * 2 ** 20));

const noTasks: [situation: string, parameters: object, error: string][] = [
  ['no base64', { ...good, inline: 'AQID*g==' }, 'not padded base64'],
  ['base64 without padding', { ...good, inline: good.inline.replaceAll('=', '') }, 'not padded'],
  ['base64 with line ends', { ...good, inline: 'AQID\n/g==' }, 'not padded base64'],
  ['base64 for URLs', { ...good, inline: good.inline.replace('/', '_') }, 'not padded base64'],
  ['another hash', { ...good, sha256: hashOf(after) }, 'does not hash to "parameters/sha256"'],
  ['no hash', { inline: good.inline }, "must have required property 'sha256'"],
  ['9 MiB', long, 'has 9437184 bytes, and 8388608 at most travel in a message: put them in a file'],
  ['a uri, too', { ...good, uri: 'x' }, '"parameters/uri" has no place beside "inline"'],
  ['neither', { sha256: good.sha256 }, "must have required property 'uri'"],
];

type Return = NonNullable<Task['return_parameters']>;

const noResults: [how: string, back: Return, verdict: string, error: RegExp][] = [
  ['vanishes', 'location', 'exhausted', /^the trained parameters: results\/g.bin does not exist/],
  ['vanishes', 'inline', 'exhausted', /results\/g.bin does not exist/],
  ['leads-out', 'location', 'poison', /results\/g.bin lies outside of the roots/],
  ['leads-out', 'inline', 'poison', /results\/g.bin lies outside of the roots/],
  ['is-outside', 'inline', 'poison', /canary lies outside of the roots/],
  ['is-a-folder', 'inline', 'poison', /results is not a regular file/],
  ['is-elsewhere', 'inline', 'poison', /wants its parameters back inline/],
  ['is-long', 'inline', 'poison', /results\/g.bin has 9437184 bytes, and 8388608 at most/],
  ['has-another-hash', 'location', 'exhausted', /does not hash to the sha256 that the trainer/],
  ['has-another-hash', 'inline', 'exhausted', /does not hash to the sha256 that the trainer/],
];

describe('what is not valid goes to the dead letters, and the worker goes on', () => {
  let bed: ParametersBed;
  let worker: TestWorker;
  beforeAll(async () => {
    bed = await layParametersBed();
    worker = await bed.workForAll();
  });

  test.each(noTasks)('no task: %s', async (_, parameters, error) => {
    await bed.ask({ id: randomUUID(), parameters });
    expect(await bed.death()).toEqual(['invalid', expect.stringContaining(error)]);
    expect(await bed.inlineFiles()).toEqual([]);
  });

  test.each(noResults)('a result that %s, to go back as %s', async (how, back, verdict, error) => {
    const id = randomUUID();
    const outside = join(bed.state, 'canary');
    await writeFile(outside, 'secret');
    const hyperparameters = { how, outside };
    await bed.ask({ id, parameters: good, hyperparameters, return_parameters: back });
    const [found, why] = await bed.death();
    expect([found, why.replaceAll(id, 'g')]).toEqual([verdict, expect.stringMatching(error)]);
    expect(await readFile(outside, 'utf8')).toBe('secret');
    expect(await bed.inlineFiles()).toEqual([]);
    expect(worker.steps).not.toContain(`kept ${id}`);
  });
});
