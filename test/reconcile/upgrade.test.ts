// What an upgrade changes for a broker's objects, and what the connected version says to a file.
import { describe, expect, test } from 'vitest';
import { check } from '../../src/reconcile/check.ts';
import { Outlook } from '../../src/reconcile/outlook.ts';
import { findForClients, findUpgrade, upgradeOfBroker } from '../../src/reconcile/upgrade.ts';
import { normalizeQueue } from '../../src/topology/kinds/queue.ts';
import type { Live } from '../../src/topology/live.ts';
import type { Policy, Queue } from '../../src/topology/object.ts';
import { InvalidInput } from '../../src/topology/problem.ts';
import { policy, scopeOf } from './shorthand.ts';
import { toDesired, toLive } from './worlds.ts';

const queue = (type: string, args: object = {}, name = 'q'): Queue =>
  normalizeQueue({ name, type, arguments: args }, '/');
const transient = normalizeQueue({ name: 'q', type: 'classic', durable: false }, '/');

function brokerWith(
  version: string,
  objects: readonly Queue[],
  { policies = [], denied }: { policies?: Live['policies']; denied?: ReadonlySet<string> } = {},
): Live {
  const live = toLive(objects);
  return { ...live, policies, broker: { ...live.broker, version, denied } };
}

const retry = queue('quorum', { 'x-delayed-retry-min': 10, 'x-delivery-limit': 5 });
const lazy = queue('classic', { 'x-queue-mode': 'lazy' });
const limiting = policy('limit', '^q', { 'delivery-limit': 50 });

interface Row {
  readonly situation: string;
  readonly from: string;
  readonly to: string;
  readonly object: Queue;
  readonly policies?: Live['policies'];
  readonly found: readonly string[];
}

describe('an upgrade', () => {
  const rows: Row[] = [
    {
      situation: 'from a version that has no default limit to one that has',
      from: '3.13.7',
      to: '4.0.5',
      object: queue('quorum'),
      found: ['different default-delivery-limit'],
    },
    {
      situation: 'that changes nothing',
      from: '4.0.5',
      to: '4.3.6',
      object: queue('quorum'),
      found: [],
    },
    {
      situation: 'of a queue with a limit of its own',
      from: '3.13.7',
      to: '4.0.5',
      object: queue('quorum', { 'x-delivery-limit': 50 }),
      found: [],
    },
    {
      situation: 'of a queue that a policy limits',
      from: '3.13.7',
      to: '4.0.5',
      object: { ...queue('quorum'), policy: 'limit' } as Queue,
      policies: [limiting],
      found: [],
    },
    {
      situation: 'to a version that obeys what was ignored',
      from: '4.0.5',
      to: '4.3.6',
      object: retry,
      found: ['different delayed-retry-min'],
    },
    {
      situation: 'from what is ignored to what is refused',
      from: '4.0.5',
      to: '4.3.6',
      object: queue('classic', { 'x-queue-version': 1 }),
      found: ['refused classic-version-1'],
    },
    {
      situation: 'over a release that has to come first',
      from: '3.10.8',
      to: '4.3.6',
      object: lazy,
      found: ['refused long-way', 'ignored lazy-mode'],
    },
    {
      situation: 'back',
      from: '4.3.6',
      to: '4.0.5',
      object: retry,
      found: ['refused downgrade', 'ignored delayed-retry-min'],
    },
  ];
  test.each(rows)('$situation', ({ from, to, object, policies = [], found }) => {
    const findings = findUpgrade(upgradeOfBroker(brokerWith(from, [object], { policies })), to);
    expect(findings.map(({ effect, code }) => `${effect} ${code}`)).toEqual(found);
  });

  test('names what the new version obeys', () => {
    const [finding] = findUpgrade(upgradeOfBroker(brokerWith('4.0.5', [retry])), '4.3.6');
    expect(finding).toMatchObject({
      message: 'RabbitMQ 4.3.6 obeys x-delayed-retry-min, which 4.0.5 ignores',
      object: { subject: 'queue "q"', address: 'queues/%2F/q' },
    });
  });

  test('tells clients only what is new to them', () => {
    const codes = findForClients('4.0.5', '4.3.6').map(({ code }) => code);
    expect(codes).toEqual(['global-qos', 'nack-does-not-count']);
  });
});

describe('the connected version', () => {
  const problemsOf = (desired: readonly (Queue | Policy)[], live: Live): string[] => {
    const wanted = toDesired(desired, scopeOf(''));
    try {
      return check(wanted, live, new Outlook(wanted, live)).map(({ message }) => message);
    } catch (error) {
      if (error instanceof InvalidInput) return error.problems.map(({ code }) => `error ${code}`);
      throw error;
    }
  };
  const old = queue('classic', { 'x-queue-version': 1 });

  test('refuses', () => {
    expect(problemsOf([old], brokerWith('4.3.6', []))).toEqual(['error classic-version-1']);
  });

  test('need not be asked for what it holds already', () => {
    expect(problemsOf([old], brokerWith('4.3.6', [old]))).toEqual([]);
  });

  test('ignores: one warning for many objects', () => {
    const names = ['a', 'b', 'c'];
    const queues = names.map((name) => queue('classic', { 'x-queue-mode': 'lazy' }, name));
    expect(problemsOf(queues, brokerWith('4.0.5', []))).toEqual([
      'RabbitMQ 4.0.5 ignores x-queue-mode "lazy" (3 objects)',
    ]);
    expect(problemsOf(queues, brokerWith('3.10.8', []))).toEqual([]);
  });

  const feature = 'transient_nonexcl_queues';
  test.each([
    ['permits', '4.3.2', new Set<string>(), []],
    ['denies', '4.3.6', new Set([feature]), ['error transient-queue']],
    ['refuses by default', '4.3.2', undefined, ['error transient-queue']],
    ['permits by default', '4.3.6', undefined, []],
  ])('%s a deprecated feature', (_, version, denied, found) => {
    const live = brokerWith(version, [], denied && { denied });
    expect(problemsOf([transient], live)).toEqual(found);
  });

  const located = policy('located', '^q', { 'queue-master-locator': 'random' });
  const unsaid =
    'policy "located": RabbitMQ 4.3.6 refuses queue-master-locator unless its configuration permits it';
  test.each([
    ['permits', new Set<string>(), []],
    ['denies', new Set(['queue_master_locator']), ['error deprecated-policy-key']],
    ['says nothing of', undefined, [unsaid]],
  ])('%s a deprecated key of a policy', (_, denied, found) => {
    const live = brokerWith('4.3.6', [], denied && { denied });
    expect(problemsOf([located], live)).toEqual(found);
  });
});
