// A few files of corpus.long.test.ts: one of each kind of outcome.
import { beforeAll, expect, test } from 'vitest';
import type { Broker } from '../broker-of.ts';
import { version } from '../version.ts';
import { readCases } from './cases.ts';
import { takeEmptyBroker } from './empty-broker.ts';
import { judge } from './judge.ts';
import { see } from './see.ts';

const sample = [
  '3.7-topic-permissions',
  '3.10-every-setting',
  '4.0-everything',
  'names-of-the-world',
  'user-without-tags',
];
const cases = (await readCases(version)).filter(({ name }) => sample.includes(name));
let at: Broker;
beforeAll(async () => {
  at = await takeEmptyBroker();
}, 120_000);

test.each(cases)('$name, $like', async (one) => {
  expect(judge(one, await see(one.file, one.into, at))).toEqual([]);
});
