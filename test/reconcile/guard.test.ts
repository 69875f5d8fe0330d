// The guards' exact words: what would be lost, and the flag that lets it.
import { describe, expect, test } from 'vitest';
import { guard, noConsents, type Consents } from '../../src/reconcile/guard.ts';
import type { Depth, Step } from '../../src/reconcile/plan.generated.ts';

const address = 'queues/%2F/orders';
const summary = {
  create: 0,
  replace: 0,
  delete: 1,
  restored: 0,
  refused: 0,
  unchanged: 0,
  unmanaged: 0,
  managed: 100,
  declared: 1,
  not_planned: {},
  left_out: 0,
  vhosts: [{ name: '/', declared: 1, managed: 100 }],
};

function refusalsOf(kind: Step['kind'], depth: Depth, consents: Partial<Consents> = {}) {
  const step = {
    address,
    object: 'queue',
    kind,
    managed: true,
    own_request: true,
    needs: [],
    depth,
  };
  const plan = { steps: [step as Step], summary };
  return guard(plan, { ...noConsents, ...consents });
}

const known = (ready: number, unacked = 0, consumers = 0): Depth => ({
  kind: 'known',
  ready,
  unacked,
  consumers,
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
      `take the change back, or topo apply --allow-message-loss ${address}`,
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
      `stop them, take the change back, or topo apply --allow-disconnect ${address}`,
    ],
    [
      'delete',
      { kind: 'unknown', why: 'AMQP is out of reach', hint: 'set AMQP_URL' },
      'unknown-depth',
      'AMQP is out of reach',
      `set AMQP_URL, or topo apply --allow-message-loss ${address}`,
    ],
  ];
  test.each(rows)('%s of %j', (kind, depth, code, reason, hint) => {
    expect(refusalsOf(kind, depth)).toEqual([{ code, reason, hint, address }]);
  });

  const allowed: [Depth, Partial<Consents>][] = [
    [known(0), {}],
    [known(5, 5, 5), { messageLoss: new Set([address]) }],
    [known(0, 0, 5), { messageLoss: new Set([address]) }],
    [known(0, 0, 5), { disconnect: new Set([address]) }],
    [{ kind: 'unknown', why: 'w', hint: 'h' }, { messageLoss: new Set([address]) }],
  ];
  test.each(allowed)('%j is let go with %j', (depth, consents) => {
    expect(refusalsOf('delete', depth, consents)).toEqual([]);
  });

  const notAllowed: [Depth, Partial<Consents>][] = [
    [known(1), { disconnect: new Set([address]) }],
    [known(0, 1), { disconnect: new Set([address]) }],
    [{ kind: 'unknown', why: 'w', hint: 'h' }, { disconnect: new Set([address]) }],
    [known(1), { messageLoss: new Set(['queues/%2F/other']) }],
  ];
  test.each(notAllowed)('%j is not let go with %j', (depth, consents) => {
    expect(refusalsOf('delete', depth, consents)).toHaveLength(1);
  });
});

/** So many deletes in a vhost that declares and owns so much. */
function planOf(...vhosts: [name: string, deletes: number, declared: number, managed: number][]) {
  const steps = vhosts.flatMap(([vhost, deletes]) =>
    Array.from({ length: deletes }, (_, i): Step => {
      const before = { vhost, name: `q${i}`, arguments: {} };
      const rest = { managed: true, own_request: true, needs: [] };
      return { address: `queues/${vhost}/q${i}`, object: 'queue', kind: 'delete', before, ...rest };
    }),
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

  test('a vhost that is empty is not made up for by another', () => {
    const plan = planOf(['/', 0, 50, 50], ['other', 2, 0, 2]);
    expect(guard(plan, noConsents).map(({ reason }) => reason)).toEqual([
      'the files declare nothing in vhost other, so 2 objects would be deleted',
    ]);
    expect(guard(plan, { ...noConsents, deletes: 2 })).toEqual([]);
  });

  test('many deletes in one vhost are not made up for by another', () => {
    const plan = planOf(['/', 0, 500, 500], ['other', 5, 5, 10]);
    expect(guard(plan, noConsents).map(({ reason }) => reason)).toEqual([
      '5 objects would be deleted in vhost other, 50 % of the 10 that the files own',
    ]);
  });
});
