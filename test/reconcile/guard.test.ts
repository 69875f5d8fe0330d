// The guards' exact words: what would be lost, and the flag that allows it.
import { describe, expect, test } from 'vitest';
import { noConsents, type Consents } from '../../src/reconcile/consents.ts';
import { guardConnections } from '../../src/reconcile/guard-connections.ts';
import { fixConsents, guard } from '../../src/reconcile/guard.ts';
import type { LossBound } from '../../src/reconcile/loss.ts';
import type { Depth } from '../../src/reconcile/plan.generated.ts';
import type { Step } from '../../src/reconcile/step.ts';
import { normalizeBinding } from '../../src/topology/kinds/binding.ts';
import { normalizeExchange } from '../../src/topology/kinds/exchange.ts';
import { normalizeQueue } from '../../src/topology/kinds/queue.ts';
import { kinds } from '../../src/topology/kinds/kinds.ts';
import { createStep, deleteStep, replaceStep, updateStep } from './steps.ts';

const address = 'queues/%2F/orders';
const orders = normalizeQueue({ name: 'orders' }, '/');
const summary = {
  create: 0,
  update: 0,
  replace: 0,
  delete: 1,
  restored: 0,
  refused: 0,
  unchanged: 0,
  unmanaged: 0,
  managed: 100,
  declared: 1,
  left_out: 0,
  vhosts: [{ name: '/', declared: 1, managed: 100 }],
};

function refusalsOf(kind: Step['kind'], depth: Depth, consents: Partial<Consents> = {}) {
  const step =
    kind === 'replace' ? replaceStep(orders, orders, { depth }) : deleteStep(orders, { depth });
  const plan = { steps: [step], summary };
  return guard(plan, { ...noConsents, ...consents });
}

const known = (ready: number, unacked = 0, consumers = 0): Depth => ({
  kind: 'known',
  ready,
  unacked,
  consumers,
});

describe('open connections', () => {
  const [shop, ann] = [
    kinds.vhost.normalize({ name: 'a/b' }, ''),
    kinds.user.normalize({ name: 'ann', tags: [] }, ''),
  ];
  const connected = { users: new Map([['ann', 1]]), vhosts: new Map([['a/b', 12]]) };
  const told = (steps: Step[], open?: typeof connected, disconnect: string[] = []) =>
    guardConnections(steps, open, { ...noConsents, disconnect: new Set(disconnect) }).map(
      ({ code, address = '', reason, hint }) => `${code} ${address}: ${reason} | ${hint}`,
    );

  test('keep users and vhosts that would take them along', () => {
    expect(told([deleteStep(shop), deleteStep(ann)], connected)).toEqual([
      'connections vhosts/a%2Fb: 12 connections would be closed | close them, declare the vhost again, or topo apply --allow-disconnect vhosts/a%2Fb',
      'connections users/ann: 1 connection would be closed | close it, declare the user again, or topo apply --allow-disconnect users/ann',
    ]);
    expect(told([deleteStep(shop)], connected, ['vhosts/a%2Fb'])).toEqual([]);
    expect(told([createStep(shop), updateStep(ann, ann)], connected)).toEqual([]);
    expect(told([deleteStep(shop)], { users: new Map(), vhosts: new Map() })).toEqual([]);
  });

  test('keep them, too, if the broker does not list any', () => {
    expect(told([deleteStep(shop)])).toEqual([
      'unknown-connections vhosts/a%2Fb: the broker does not list its connections, and those that are open would be closed | let it list them (management_agent.disable_metrics_collector = false, and management.disable_stats = false), or topo apply --allow-disconnect vhosts/a%2Fb',
    ]);
    expect(told([deleteStep(shop)], undefined, ['vhosts/a%2Fb'])).toEqual([]);
  });

  test('that are allowed to close take consumers of the queues in the vhost along', () => {
    const because = 'vhosts/%2F';
    const steps = [deleteStep(orders, { depth: known(0, 0, 2), because })];
    const allowed = { ...noConsents, disconnect: new Set([because]) };
    expect(guard({ steps, summary }, allowed)).toEqual([]);
    expect(guard({ steps, summary }, noConsents)).toMatchObject([{ code: 'consumers' }]);
  });
});

describe('what a queue holds', () => {
  const rows: [Step['kind'], Depth, string, string, string][] = [
    [
      'delete',
      known(312),
      'messages',
      '312 messages would be lost',
      `declare it again, or topo apply --allow-message-loss ${address}`,
    ],
    [
      'replace',
      known(1, 0, 5),
      'messages',
      '1 message would be lost',
      `undo the change, or topo apply --allow-message-loss ${address}`,
    ],
    [
      'delete',
      known(1200, 34),
      'messages',
      '1,234 messages (34 of them unacknowledged) would be lost',
      `declare it again, or topo apply --allow-message-loss ${address}`,
    ],
    [
      'delete',
      known(0, 0, 1),
      'consumers',
      '1 consumer would be disconnected',
      `stop it, declare it again, or topo apply --allow-disconnect ${address}`,
    ],
    [
      'replace',
      known(0, 0, 2),
      'consumers',
      '2 consumers would be disconnected',
      `stop them, undo the change, or topo apply --allow-disconnect ${address}`,
    ],
    [
      'delete',
      { kind: 'unknown', why: 'AMQP is out of reach', hint: 'set AMQP_URL' },
      'unknown-depth',
      'AMQP is out of reach',
      `set AMQP_URL, or topo apply --allow-message-loss ${address}=all`,
    ],
  ];
  test.each(rows)('%s of %j', (kind, depth, code, reason, hint) => {
    expect(refusalsOf(kind, depth)).toEqual([{ code, reason, hint, address }]);
  });

  const allowed: [Depth, Partial<Consents>][] = [
    [known(0), {}],
    [known(5, 5, 5), { messageLoss: new Map([[address, 10]]) }],
    [known(1e9, 5, 5), { messageLoss: new Map([[address, 'all']]) }],
    [known(0, 0, 5), { messageLoss: new Map([[address, 0]]) }],
    [known(0, 0, 5), { disconnect: new Set([address]) }],
    [{ kind: 'unknown', why: 'w', hint: 'h' }, { messageLoss: new Map([[address, 'all']]) }],
  ];
  test.each(allowed)('%j may go with %j', (depth, consents) => {
    expect(refusalsOf('delete', depth, consents)).toEqual([]);
  });

  const notAllowed: [Depth, Partial<Consents>][] = [
    [known(1), { disconnect: new Set([address]) }],
    [known(0, 1), { disconnect: new Set([address]) }],
    [{ kind: 'unknown', why: 'w', hint: 'h' }, { disconnect: new Set([address]) }],
    [{ kind: 'unknown', why: 'w', hint: 'h' }, { messageLoss: new Map([[address, 1e9]]) }],
    [{ kind: 'unknown', why: 'w', hint: 'h' }, { messageLoss: new Map([[address, 'as-shown']]) }],
    [known(1), { messageLoss: new Map([['queues/%2F/other', 'all']]) }],
  ];
  test.each(notAllowed)('%j may not go with %j', (depth, consents) => {
    expect(refusalsOf('delete', depth, consents)).toHaveLength(1);
  });
});

describe('messages beyond the agreed number', () => {
  const rows: [agreed: number, depth: Depth, reason: string, flag: string][] = [
    [11, known(5001), '5,001 messages would be lost, but you agreed to 11', '5502'],
    [
      1,
      known(1, 1),
      '2 messages (1 of them unacknowledged) would be lost, but you agreed to 1',
      '12',
    ],
    [0, known(1), '1 message would be lost, but you agreed to 0', '11'],
  ];
  test.each(rows)('%i, %j', (agreed, depth, reason, flag) => {
    const hint = `declare it again, or topo apply --allow-message-loss ${address}=${flag}`;
    const messageLoss = new Map([[address, agreed]]);
    expect(refusalsOf('delete', depth, { messageLoss })).toEqual([
      { code: 'messages', reason, hint, address },
    ]);
  });
});

describe('an address alone covers what was shown plus a tenth, at least ten messages', () => {
  const rows: [Depth | undefined, LossBound][] = [
    [known(0), 10],
    [known(1), 11],
    [known(60, 40), 110],
    [known(101), 112],
    [known(5000), 5500],
    [{ kind: 'unknown', why: 'w', hint: 'h' }, 'as-shown'],
    [undefined, 'as-shown'],
  ];
  test.each(rows)('%j: %s', (depth, bound) => {
    const step = deleteStep(orders, { depth });
    const bounds: [string, LossBound][] = [
      [address, 'as-shown'],
      ['queues/%2F/other', 'as-shown'],
    ];
    const { messageLoss } = fixConsents({ ...noConsents, messageLoss: new Map(bounds) }, [step]);
    expect([...messageLoss.values()]).toEqual([bound, 'as-shown']);
  });
});

/** Goes with another object, and isn't owned. */
const takenBy = (by: string) =>
  ({ because: by, managed: false, request: { kind: 'carried', by } }) as const;

/** A number of deletes in a vhost that declares and owns a number of objects. */
function planOf(...vhosts: [name: string, deletes: number, declared: number, managed: number][]) {
  const steps = vhosts.flatMap(([vhost, deletes]) =>
    Array.from({ length: deletes }, (_, i) => deleteStep(normalizeQueue({ name: `q${i}` }, vhost))),
  );
  const counts = vhosts.map(([name, , declared, managed]) => ({ name, declared, managed }));
  return { steps, summary: { ...summary, delete: steps.length, vhosts: counts } };
}

describe('the plan as a whole', () => {
  test('many deletes', () => {
    expect(guard(planOf(['/', 1200, 5, 2400]), noConsents)).toEqual([
      {
        code: 'many-deletes',
        reason: '1,200 objects would be deleted, 50 % of the 2,400 that the files own',
        hint: 'check that nothing is missing in the files, or topo apply --allow-deletes 1200',
      },
    ]);
  });

  test('files that declare nothing', () => {
    expect(guard(planOf(['/', 2, 0, 2]), noConsents)).toEqual([
      {
        code: 'empty-files',
        reason: 'the files declare nothing, so 2 objects would be deleted',
        hint: 'check that nothing is missing in the files, or topo apply --allow-deletes 2',
      },
    ]);
  });

  test('another vhost does not make up for an empty one', () => {
    const plan = planOf(['/', 0, 50, 50], ['other', 2, 0, 2]);
    expect(guard(plan, noConsents).map(({ reason }) => reason)).toEqual([
      'the files declare nothing in vhost other, so 2 objects would be deleted',
    ]);
    expect(guard(plan, { ...noConsents, deletes: 2 })).toEqual([]);
  });

  test('another vhost does not make up for many deletes in one', () => {
    const plan = planOf(['/', 0, 500, 500], ['other', 5, 5, 10]);
    expect(guard(plan, noConsents).map(({ reason }) => reason)).toEqual([
      '5 objects would be deleted in vhost other, 50 % of the 10 that the files own',
    ]);
  });

  test('the share counts only what the files own, not what goes along', () => {
    const plan = planOf(['/', 90, 59, 149]);
    const along = Array.from({ length: 74 }, (_, i) => {
      const binding = normalizeBinding({ source: 'e', destination: `q${i}` }, '/');
      return deleteStep({ ...binding, properties_key: '~' }, takenBy(`queues/%2F/q${i}`));
    });
    const exchange = deleteStep(
      normalizeExchange({ name: 'e', type: 'direct' }, '/'),
      takenBy('queues/%2F/q0'),
    );
    const reasonsOf = (steps: readonly Step[]) =>
      guard({ ...plan, steps: [...plan.steps, ...steps] }, noConsents).map(({ reason }) => reason);
    const share = '60 % of the 149 that the files own';
    expect(reasonsOf(along)).toEqual([
      `90 objects and 74 bindings with them would be deleted, ${share}`,
    ]);
    expect(reasonsOf([...along, exchange])).toEqual([
      `90 objects and 75 others with them would be deleted, ${share}`,
    ]);
  });

  test('all but one are not all', () => {
    expect(guard(planOf(['/', 249, 1, 250]), noConsents)[0]?.reason).toBe(
      '249 objects would be deleted, 99 % of the 250 that the files own',
    );
  });
});
