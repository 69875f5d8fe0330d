// By what a coordinator knows that a result was made of the task that its run has sent.
import { hash } from 'node:crypto';
import { expect, test } from 'vitest';
import { stores } from '../../../../src/harness/data/stores/stores.ts';
import { taskOf, type TaskSettings } from '../../../../src/harness/train/shell/task.ts';
import { initUnit, trainUnit, type Unit } from '../../../../src/harness/train/model/unit.ts';
import { Words, type Given } from '../../../../src/harness/train/trust/words.ts';

const settings: TaskSettings = {
  ...{ run: 'run', seed: 1, hyperparameters: {}, local_steps: 1, salt: 'pepper' },
  store: stores.shared,
  ...{ shards: [{ uri: 'a', sha256: '0' }], evaluation: undefined },
};

function makeWords(changes: Partial<TaskSettings> = {}) {
  const rendered: string[] = [];
  const words = new Words((unit, { parameters, rejected }) => {
    rendered.push(`${unit.id} ${rejected}`);
    const from = parameters && { uri: parameters.sha256, sha256: parameters.sha256 };
    const task = taskOf(
      unit,
      { parameters: from, folder: undefined, rejected, went_back: 0 },
      { ...settings, ...changes },
    );
    return Promise.resolve(Buffer.from(JSON.stringify(task)));
  });
  const hashOf = async (unit: Unit, given: Given): Promise<string> =>
    hash('sha256', await words.send(unit, given));
  return { words, rendered, hashOf };
}

const unit = trainUnit('run', 0, 0);
const parameters = { sha256: 'ab', bytes: 1 };
const fresh: Given = { parameters, rejected: 0 };

test('the words that were sent are the run’s own, those of earlier results that were not valid too', async () => {
  const { words, hashOf } = makeWords();
  const [first, third] = [await hashOf(unit, fresh), await hashOf(unit, { ...fresh, rejected: 2 })];
  expect(first).not.toBe(third);
  expect(await words.areOf(first, unit, { ...fresh, rejected: 2 })).toBe(true);
  expect(await words.areOf(third, unit, { ...fresh, rejected: 2 })).toBe(true);
  expect(await words.areOf(third, unit, fresh)).toBe(false);
});

test('a coordinator that goes on knows the words of the one before', async () => {
  const sent = await makeWords().hashOf(unit, { ...fresh, rejected: 1 });
  const { words } = makeWords();
  expect(await words.areOf(sent, unit, { ...fresh, rejected: 1 })).toBe(true);
});

test.each<[string, Partial<TaskSettings>, Unit, Given]>([
  ['another unit', {}, trainUnit('run', 0, 1), fresh],
  ['other parameters', {}, unit, { parameters: { sha256: 'cd', bytes: 1 }, rejected: 0 }],
  ['another job', { hyperparameters: { hidden: 9 } }, unit, fresh],
  ['another run of the same name', { salt: 'salt' }, unit, fresh],
  ['a run without salt', { salt: undefined }, unit, fresh],
])('those of %s are not', async (_, changes, other, given) => {
  const { words } = makeWords();
  await words.send(unit, fresh);
  expect(await words.areOf(await makeWords(changes).hashOf(other, given), unit, fresh)).toBe(false);
});

test('however often somebody is wrong, each is rendered once', async () => {
  const { words, rendered } = makeWords();
  const init = initUnit('run');
  const given: Given = { parameters: undefined, rejected: 2 };
  for (let n = 0; n < 100; n++) {
    expect(await words.areOf(hash('sha256', String(n)), init, given)).toBe(false);
    expect(await words.areOf(undefined, init, given)).toBe(false);
  }
  expect(rendered).toEqual(['run.init 2', 'run.init 1', 'run.init 0']);
});

test('however many are wrong at once, each is rendered once', async () => {
  const { words, rendered } = makeWords();
  const ask = (n: number) => words.areOf(hash('sha256', String(n)), unit, fresh);
  expect(await Promise.all([1, 2, 3].map(ask))).toEqual([false, false, false]);
  expect(rendered).toEqual(['run.r0.s0 0']);
});

test('of a unit that is done the words are known that were sent, and none is rendered', async () => {
  const { words, rendered, hashOf } = makeWords();
  const sent = await hashOf(unit, fresh);
  expect(await words.wereOf(sent, unit)).toBe(true);
  expect(await words.wereOf(undefined, unit)).toBe(false);
  expect(await words.wereOf(sent, trainUnit('run', 0, 1))).toBe(false);
  expect(rendered).toEqual(['run.r0.s0 0']);
});

test('earlier rounds are forgotten, and known again when they are asked for', async () => {
  const { words, rendered, hashOf } = makeWords();
  const sent = await hashOf(unit, fresh);
  words.forgetBefore(1);
  expect(await words.areOf(sent, unit, fresh)).toBe(true);
  expect(rendered).toHaveLength(2);
});
