// What renamed_from plans: the new queue takes over the bindings, and the old one goes.
import { describe, expect, test } from 'vitest';
import { noConsents } from '../../src/reconcile/consents.ts';
import { fromDocument, toDocument } from '../../src/reconcile/plan-document.ts';
import { recordsOf } from '../../src/reconcile/record.ts';
import { fromFiles } from '../../src/reconcile/source.ts';
import { noneEarlier } from '../../src/reconcile/unfinished.ts';
import type { Policy } from '../../src/topology/object.ts';
import { InvalidInput } from '../../src/topology/problem.ts';
import { readText } from '../file/read.ts';
import { MemoryBroker } from './memory-broker.ts';
import { brokerOf, lines, policy } from './shorthand.ts';

interface Situation {
  readonly yaml?: string;
  readonly live?: string;
  readonly broker?: MemoryBroker;
  readonly targets?: readonly string[];
  readonly only?: 'create';
}

const renamed = 'queues: [{ name: new, type: classic, renamed_from: old }]\n';

async function planOf({
  yaml = renamed,
  live = 'q:old',
  broker = brokerOf(live),
  targets = [],
  only,
}: Situation) {
  const source = fromFiles(await readText(yaml), broker, {
    endpoint: 'http://localhost:15672',
    selection: { targets, ...(only && { only: [only] }) },
    consents: noConsents,
    earlier: noneEarlier,
  });
  return (await source.read()).plan;
}

const linesOf = async (situation: Situation): Promise<string[]> => lines(await planOf(situation));

async function problemsOf(situation: Situation): Promise<string[]> {
  const error: unknown = await planOf(situation).catch((reason: unknown) => reason);
  if (!(error instanceof InvalidInput)) throw new Error('no problem');
  return error.problems.map(({ message }) => message);
}

describe('the steps of a rename', () => {
  test.for<[name: string, situation: Situation, steps: string[]]>([
    [
      'bind the new queue to all that the old one is bound to, before that goes',
      { live: 'q:old, e:x, x>old a, x>old b' },
      [
        'create q:new',
        'create b:x/q/new/a, needs q:new',
        'create b:x/q/new/b, needs q:new',
        'delete q:old, needs q:new q:new/bindings/destination e:x/bindings/source',
        '~delete b:x/q/old/a, because q:old, needs q:old, unmanaged',
        '~delete b:x/q/old/b, because q:old, needs q:old, unmanaged',
      ],
    ],
    ['are none once the old queue is gone', { live: 'q:new' }, []],
    [
      'go on where both queues are there',
      { live: 'q:old, q:new, e:x, x>old a, x>old b, x>new a' },
      [
        'create b:x/q/new/b',
        'delete q:old, needs q:new/bindings/destination e:x/bindings/source',
        '~delete b:x/q/old/a, because q:old, needs q:old, unmanaged',
        '~delete b:x/q/old/b, because q:old, needs q:old, unmanaged',
      ],
    ],
    [
      'are chosen as a whole',
      { live: 'q:old', targets: ['old'] },
      ['create q:new', 'delete q:old, needs q:new'],
    ],
    [
      'leave out bindings that the next plan would delete',
      {
        yaml: `${renamed}exchanges: [{ name: x, type: topic }]\n`,
        live: 'q:old, e:x topic, x>old a',
      },
      [
        'create q:new',
        'delete q:old, needs q:new',
        '~delete b:x/q/old/a, because q:old, needs q:old, unmanaged',
      ],
    ],
  ])('%s', async ([, situation, steps]) => {
    expect((await linesOf(situation)).sort()).toEqual(steps.toSorted());
  });
});

test('a rename needs no consent, no record, and counts as no delete', async () => {
  const names = ['a', 'b', 'c', 'd', 'e'];
  const entries = names.map((name) => `{ name: ${name}.v2, renamed_from: ${name} }`);
  const plan = await planOf({
    yaml: `queues: [${entries.join(', ')}]\n`,
    live: `e:x, ${names.map((name) => `q:${name}, x>${name} k`).join(', ')}`,
  });
  expect(plan.refusals).toEqual([]);
  const begun = { digits: '0', started: '2026-01-01T00:00:00.000Z', user: 'u', host: 'h' };
  expect(recordsOf(plan, begun)).toEqual([]);
  expect(toDocument(fromDocument(toDocument(plan)))).toEqual(toDocument(plan));
});

describe('what a rename refuses or warns of', () => {
  test('one half without the other', async () => {
    const { refusals } = await planOf({ only: 'create' });
    expect(refusals.map(({ code, address }) => [code, address])).toEqual([
      ['half-renamed', 'queues/%2F/new'],
    ]);
  });
  test('a protected queue', async () => {
    const { refusals } = await planOf({ yaml: `protect: { queues: [o*] }\n${renamed}` });
    expect(refusals.map(({ code }) => code)).toEqual(['protected']);
  });
  test('a declared binding to the old name', async () => {
    const yaml = `${renamed}bindings: [{ source: x, destination: old, routing_key: a }]\n`;
    expect(await problemsOf({ yaml, live: 'q:old, e:x' })).toEqual([
      'binding x → old: queue "old" is renamed to "new"',
    ]);
  });
  test('a live queue that dead-letters to the old name', async () => {
    const { refusals } = await planOf({ live: 'q:old, q:other dead  key old' });
    expect(refusals.map(({ code }) => code)).toEqual(['onward']);
  });
  test('bindings that the files own and do not declare', async () => {
    const { warnings } = await planOf({
      yaml: `${renamed}exchanges: [{ name: x, type: topic }]\n`,
      live: 'q:old, e:x topic, x>old a',
    });
    expect(warnings.map(({ code }) => code)).toEqual(['binding-not-renamed']);
  });
  test('a time to live that begins anew', async () => {
    const argument = 'arguments: { x-message-ttl: 200 }';
    const yaml = `queues: [{ name: new, renamed_from: old, ${argument} }]\n`;
    const { warnings } = await planOf({ yaml, live: 'q:old' });
    expect(warnings.map(({ message }) => message)).toEqual([
      'what queue "old" holds moves to "new": each gets a new time to live there: message-ttl 200 ms',
    ]);
  });
  test('more messages than the new queue takes', async () => {
    const argument = 'arguments: { x-max-length: 5, x-overflow: reject-publish }';
    const yaml = `queues: [{ name: new, renamed_from: old, ${argument} }]\n`;
    const { live } = brokerOf('q:old');
    const objects = new Map([...live.objects].map(([at, one]) => [at, { ...one, ready: 6 }]));
    const { warnings } = await planOf({ yaml, broker: new MemoryBroker({ ...live, objects }) });
    expect(warnings.map(({ message }) => message)).toEqual([
      'what queue "old" holds moves to "new": it holds 0 messages and refuses those beyond max-length 5, so not all 6 fit',
    ]);
  });
  describe('a policy that the same plan leaves', () => {
    const held = (...policies: Policy[]) => {
      const { live } = brokerOf('q:old', policies);
      const objects = new Map([...live.objects].map(([at, one]) => [at, { ...one, ready: 6 }]));
      return new MemoryBroker({ ...live, objects: objects });
    };
    const declared = (section: string, definition: string) =>
      `${renamed}${section}: [{ name: p, pattern: ^new, apply-to: queues, definition: ${definition} }]\n`;
    const rows: [situation: string, yaml: string, broker: MemoryBroker, reason: RegExp][] = [
      [
        'that shields the new queue goes',
        `manage: { policies: '*' }\n${renamed}policies: [{ name: low, pattern: ^new, definition: { max-length: 5 } }]\n`,
        held(
          policy('low', '^new', { 'max-length': 5 }),
          policy('high 9', '^new', { expires: 9e8 }),
        ),
        /drops those beyond max-length 5, so not all 6 fit$/,
      ],
      [
        'shortens the new queue for an operator',
        declared('operator_policies', '{ max-length: 5 }'),
        held(),
        /drops those beyond max-length 5, so not all 6 fit$/,
      ],
      [
        'lets the new queue expire',
        declared('policies', '{ expires: 8000 }'),
        held(),
        /deletes it with its messages after 8,000 ms without use$/,
      ],
      [
        'lets it drop at once what it gets',
        declared('policies', '{ message-ttl: 0 }'),
        held(),
        /drops what no consumer takes at once: message-ttl 0$/,
      ],
    ];
    test.each(rows)('%s', async (_, yaml, broker, reason) => {
      const { refusals } = await planOf({ yaml, broker });
      expect(refusals.map(({ code, address }) => [code, address])).toContainEqual([
        ...['drops', 'queues/%2F/new'],
      ]);
      expect(refusals.map((one) => one.reason)).toContainEqual(expect.stringMatching(reason));
    });
  });
  test('the policy that goes by the old name', async () => {
    const policies = [
      policy('short', '^old', { 'max-length': 5 }),
      policy('ha', '^n', { expires: 1 }),
    ];
    const { warnings } = await planOf({ broker: brokerOf('q:old @short', policies) });
    expect(warnings.map(({ message }) => message)).toEqual([
      'queue "old" as "new": policy "short" (max-length) no longer applies, and policy "ha" (expires) applies',
    ]);
  });
});
