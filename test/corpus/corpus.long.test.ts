// Definitions files as people have them come onto an empty broker: RabbitMQ's own import and topo
// end equal, but for what cases.yaml lists. corpus.broker.test.ts has a few of them.
import { beforeAll, expect, test } from 'vitest';
import type { Broker } from '../broker-of.ts';
import { version } from '../version.ts';
import { readCases, readFileNames } from './cases.ts';
import { takeEmptyBroker } from './empty-broker.ts';
import { judge } from './judge.ts';
import { see } from './see.ts';

const cases = await readCases(version);
let at: Broker;
beforeAll(async () => {
  at = await takeEmptyBroker();
}, 120_000);

test('cases.yaml tells of every file', async () => {
  expect((await readFileNames()).sort()).toEqual(cases.map(({ name }) => name).sort());
});

test.each(cases)('$name, $like', async (one) => {
  expect(judge(one, await see(one.file, one.into, at))).toEqual([]);
});
