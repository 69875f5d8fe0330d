// Super streams in a plan: what it does to each as a whole, and what no flag allows.
import { expect, test } from 'vitest';
import { noConsents } from '../../src/reconcile/consents.ts';
import { fromDocument, toDocument } from '../../src/reconcile/plan-document.ts';
import { superStreamsIn } from '../../src/reconcile/planned-super-streams.ts';
import type { Selection } from '../../src/reconcile/select.ts';
import { fromFiles } from '../../src/reconcile/source.ts';
import type { Plan } from '../../src/reconcile/step.ts';
import { noneEarlier } from '../../src/reconcile/unfinished.ts';
import { partsOf } from '../../src/topology/super-stream.ts';
import type { RoutingObject } from '../../src/topology/object.ts';
import { MemoryBroker } from './memory-broker.ts';
import { scopeOf } from './shorthand.ts';
import { toDesired, toLive } from './worlds.ts';

/** `s 0 1`: the super stream s with the partitions 0 and 1. Several are separated by commas. */
const partsIn = (text: string): RoutingObject[] =>
  text === ''
    ? []
    : text.split(', ').flatMap((one) => {
        const [name = '', ...keys] = one.split(' ');
        return partsOf({ vhost: '/', name, keys, arguments: new Map() });
      });

interface Given {
  readonly own?: string;
  readonly selection?: Selection;
}

async function planOf(desired: string, live: string, given: Given = {}): Promise<Plan> {
  const broker = new MemoryBroker(toLive(partsIn(live)));
  const source = fromFiles(toDesired(partsIn(desired), scopeOf(given.own ?? '')), broker, {
    endpoint: 'http://localhost:15672',
    selection: given.selection ?? { targets: [] },
    consents: { ...noConsents, deletes: 1000 },
    earlier: noneEarlier,
  });
  return (await source.read()).plan;
}

const wholesOf = (plan: Plan): string[] =>
  superStreamsIn(plan.steps).map(
    ({ change, address, stream, steps }) =>
      `${change} ${address} ${stream.keys.join(' ')} in ${steps.length}`,
  );

test.each<[situation: string, desired: string, live: string, own: string, said: string[]]>([
  [
    'created',
    's 0 1, t eu',
    '',
    '',
    ['create super_streams/%2F/s 0 1 in 5', 'create super_streams/%2F/t eu in 3'],
  ],
  ['equal', 's 0 1', 's 0 1', '', []],
  ['extended', 's 0 1 2 3', 's 0 1', '', ['extend super_streams/%2F/s 2 3 in 4']],
  ['deleted', '', 's 0 1', '*', ['delete super_streams/%2F/s 0 1 in 5']],
])('%s', async (_, desired, live, own, said) => {
  const plan = await planOf(desired, live, { own });
  expect(wholesOf(plan)).toEqual(said);
});

test('a plan document names the super stream of each step, and reads back', async () => {
  const plan = await planOf('s 0 1', 's 0');
  const document = toDocument(plan);
  expect(document.steps.map(({ part_of }) => part_of)).toEqual([
    'super_streams/%2F/s',
    'super_streams/%2F/s',
  ]);
  expect(toDocument(fromDocument(document))).toEqual(document);
});

test.each<[situation: string, desired: string, live: string, lost: string[]]>([
  ['a partition less', 's 0', 's 0 1', ['1 partition that the broker has: s-1']],
  ['another order', 's b a', 's a b', ['2 partitions that the broker has: s-a, s-b']],
  ['a partition in between', 's a c b', 's a b', ['1 partition that the broker has: s-b']],
  ['another key', 's a c', 's a b', ['1 partition that the broker has: s-b']],
  ['more at the end', 's a b c', 's a b', []],
  ['another super stream', 't a', 's a b', []],
])('what is refused: %s', async (_, desired, live, lost) => {
  const { refusals } = await planOf(desired, live);
  const own = refusals.filter(({ code }) => code === 'super-stream');
  expect(own.map(({ reason }) => reason)).toEqual(
    lost.map((what) => `super stream "s" would lose or move ${what}`),
  );
});

test('what is left out by --only or --target is not refused', async () => {
  const refusalsOf = async (selection: Selection) =>
    (await planOf('s b a, t 0', 's a b', { selection })).refusals.length;
  expect(await refusalsOf({ targets: ['t'] })).toBe(0);
  expect(await refusalsOf({ targets: ['s'] })).toBe(1);
  expect(await refusalsOf({ targets: [], only: ['create'] })).toBe(1);
});
