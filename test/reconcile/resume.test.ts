// Saved plans: finished steps are left out, and changes since planning make a plan stale.
import { describe, expect, test } from 'vitest';
import { noConsents } from '../../src/reconcile/consents.ts';
import { fromDocument, toDocument } from '../../src/reconcile/plan-document.ts';
import type { Step } from '../../src/reconcile/plan.generated.ts';
import { resume } from '../../src/reconcile/resume.ts';
import { fromSaved } from '../../src/reconcile/source.ts';
import { noneEarlier } from '../../src/reconcile/unfinished.ts';
import { unreached } from '../../src/reconcile/verify.ts';
import { InvalidInput, type Problem } from '../../src/topology/problem.ts';
import { brokerOf, lines, planOf } from './shorthand.ts';

function problemsOf(work: () => unknown): readonly Problem[] {
  try {
    work();
    return [];
  } catch (error) {
    if (error instanceof InvalidInput) return error.problems;
    throw error;
  }
}

const situation = {
  desired: 'e:e, q:new, q:q max 5, e>new k',
  live: 'e:e, q:q, q:own.gone, amq.direct>q theirs, e>own.gone old',
  own: 'own.*',
};

const all = [
  'create q:new',
  'replace q:q',
  'create b:e/q/new/k, needs q:new',
  '~replace b:amq.direct/q/q/theirs, because q:q, needs q:q, unmanaged',
  '~delete b:e/q/own.gone/old, because q:own.gone, needs q:own.gone',
  'delete q:own.gone, needs e:e/bindings/source',
];

const here = { endpoint: 'http://here:15672', consents: noConsents, earlier: noneEarlier };

describe('a saved plan', () => {
  const rows: [now: string, live: string, steps: string[]][] = [
    ['as it was', situation.live, all],
    [
      'the new queue is there already',
      `${situation.live}, q:new`,
      all.filter((line) => line !== 'create q:new'),
    ],
    [
      'the deletes are done',
      'e:e, q:q, amq.direct>q theirs',
      all.filter((line) => !line.includes('own.gone')),
    ],
    [
      'the queue is replaced, and its binding is not back',
      'e:e, q:q max 5, q:own.gone, e>own.gone old',
      [
        'create q:new',
        'create b:e/q/new/k, needs q:new',
        'create b:amq.direct/q/q/theirs, because q:q, unmanaged',
        '~delete b:e/q/own.gone/old, because q:own.gone, needs q:own.gone',
        'delete q:own.gone, needs e:e/bindings/source',
      ],
    ],
    [
      'the queue is replaced, and its binding is back',
      'e:e, q:q max 5, amq.direct>q theirs, q:own.gone, e>own.gone old',
      all.filter((line) => !line.includes('q:q')),
    ],
    [
      'the queue is gone, half replaced',
      situation.live.replace('q:q, ', '').replace(', amq.direct>q theirs', ''),
      all,
    ],
    ['all is done', 'e:e, q:new, q:q max 5, e>new k, amq.direct>q theirs', []],
  ];
  test.each(rows)('%s', async (_now, live, steps) => {
    const plan = await planOf(situation);
    expect(lines(resume(plan, brokerOf(live).live)).sort()).toEqual([...steps].sort());
  });

  const stale: [now: string, live: string, reason: string][] = [
    [
      'the queue to replace is another now',
      situation.live.replace('q:q,', 'q:q max 7,'),
      'queues/%2F/q has changed since',
    ],
    [
      'the queue to delete is another now',
      situation.live.replace('q:own.gone,', 'q:own.gone quorum,'),
      'queues/%2F/own.gone has changed since',
    ],
    [
      'the queue to create is there, and differs',
      `${situation.live}, q:new max 1`,
      'queues/%2F/new has changed since',
    ],
    [
      'a binding was added to the queue to replace',
      `${situation.live}, amq.topic>q late`,
      'bindings/%2F/e/amq.topic/q/q/late would now go along',
    ],
    [
      'a binding was added to the queue to delete',
      `${situation.live}, amq.topic>own.gone late`,
      'bindings/%2F/e/amq.topic/q/own.gone/late would now go along',
    ],
  ];
  test.each(stale)('%s', async (_now, live, reason) => {
    const plan = await planOf(situation);
    expect(() => resume(plan, brokerOf(live).live)).toThrow(`the plan is stale: ${reason}`);
  });

  test('the exchange of a new binding is gone', async () => {
    const plan = await planOf({ desired: 'q:q, e>q', live: 'e:e' });
    expect(() => resume(plan, brokerOf('').live)).toThrow('exchanges/%2F/e has gone since');
  });

  test('an exchange that goes along has changed', async () => {
    const plan = await planOf({
      desired: 'e:f auto_delete, q:q max 5, f>q',
      live: 'e:f auto_delete, q:q, f>q',
    });
    const changed = brokerOf('e:f topic auto_delete, q:q, f>q').live;
    expect(() => resume(plan, changed)).toThrow('exchanges/%2F/f has changed since');
  });

  test('an auto_delete exchange would now go, as someone removed its other binding', async () => {
    const live = 'e:f auto_delete, q:own.q, q:theirs, f>own.q, f>theirs';
    const plan = await planOf({ desired: 'e:f auto_delete', live, own: 'own.*' });
    const now = brokerOf(live.replace(', f>theirs', '')).live;
    expect(() => resume(plan, now)).toThrow('exchanges/%2F/f would now go along');
  });

  test("an invisible vhost doesn't count as done", async () => {
    const broker = brokerOf('q:own.q');
    const plan = await planOf({ desired: 'e:e', live: 'q:own.q', own: 'own.*' }, broker);
    const { live } = broker;
    broker.readLive = () => Promise.resolve({ ...live, vhosts: new Map(), objects: new Map() });
    await expect(fromSaved(plan, broker, here).read()).rejects.toThrow(
      'the plan is stale: vhost "/" is no longer visible',
    );
  });

  test('names the broker that it is applied to', async () => {
    const plan = await planOf(situation);
    const { plan: again } = await fromSaved(plan, brokerOf(situation.live), here).read();
    expect(again.endpoint).toBe('http://here:15672');
  });

  const victim = { vhost: '/', name: 'victim', arguments: {} };
  const [other, wrongId] = ['queues/%2F/victim', 'its id does not match its steps and refusals'];
  const wrong = (address: string): string => `${address} is not as it was`;
  const edits: [what: string, says: string, edit: (step: Step) => Step][] = [
    ['an address', wrong(other), (step) => ({ ...step, address: other })],
    [
      'a name',
      wrong('queues/%2F/q'),
      (step) => ({ ...step, before: { ...step.before, ...victim } }),
    ],
    ['a hash', wrong('queues/%2F/q'), (step) => ({ ...step, before_hash: '000000000000' })],
    ['what it needs', wrongId, (step) => ({ ...step, needs: ['queues/%2F/other'] })],
    ['whose it is', wrongId, (step) => ({ ...step, managed: !step.managed })],
  ];
  test.each(edits)('with %s edited is refused', async (_what, says, edit) => {
    const plan = toDocument(await planOf(situation));
    const steps = plan.steps.map((step) => (step.kind === 'replace' ? edit(step) : step));
    expect(problemsOf(() => fromDocument({ ...plan, steps }))).toEqual([
      {
        code: 'edited-plan',
        message: `the plan was edited: ${says}`,
        hint: 'plan again with --out',
      },
    ]);
    expect(() => fromDocument({ ...plan, steps: plan.steps.slice(1) })).toThrow(InvalidInput);
  });

  test('with its refusals edited is refused', async () => {
    const live = 'q:q, e:e';
    const plan = toDocument(await planOf({ desired: 'q:q max 5', live, safe: 'q', own: 'e' }));
    expect(plan.refusals.map(({ code }) => code)).toEqual(['protected']);
    const counts = plan.summary.vhosts.map((vhost) => ({ ...vhost, managed: 1000 }));
    for (const edited of [
      { ...plan, refusals: [] },
      { ...plan, summary: { ...plan.summary, vhosts: counts } },
    ]) {
      expect(() => fromDocument(edited)).toThrow(
        'the plan was edited: its id does not match its steps and refusals',
      );
    }
  });

  test('that hides a refusal or miscounts is refused', async () => {
    const live = 'q:own.q';
    const broker = brokerOf(live);
    const full = { kind: 'known' as const, ready: 3, unacked: 0, consumers: 0 };
    broker.readDepths = () => Promise.resolve(new Map([['queues/%2F/own.q', full]]));
    const plan = toDocument(await planOf({ desired: 'e:e', live, own: 'own.*' }, broker));
    const { summary } = plan;
    const shown = { ...plan, refusals: [], summary: { ...summary, refused: 0 } };
    expect(() => fromDocument(shown)).toThrow('a refusal is missing');
    const counted = { ...plan, summary: { ...summary, delete: 0 } };
    expect(() => fromDocument(counted)).toThrow('its summary does not match its steps');
    expect(fromDocument(plan).steps).toHaveLength(2);
  });

  test('of another cluster', async () => {
    const plan = await planOf(situation);
    const { live } = brokerOf(situation.live);
    const other = { ...live, broker: { ...live.broker, cluster_name: 'rabbit@other' } };
    expect(() => resume(plan, other)).toThrow(
      'the plan is stale: it was made for cluster rabbit@test, but this is rabbit@other',
    );
  });

  test('names five reasons and counts the rest', async () => {
    const live = Array.from({ length: 7 }, (_, i) => `q:own.${i}`).join(', ');
    const consents = noConsents;
    const plan = await planOf({ desired: 'e:e', live, own: 'own.*', consents });
    const changed = live.replaceAll(/(q:own.\d)/g, '$1 max 1');
    expect(() => resume(plan, brokerOf(changed).live)).toThrow(
      /own\.4 has changed since; and 2 more$/,
    );
  });

  test('a binding removed by its owner before the replacement is not put back', async () => {
    const plan = await planOf(situation);
    const taken = brokerOf(situation.live.replace(', amq.direct>q theirs', '')).live;
    expect(() => resume(plan, taken)).toThrow(
      'bindings/%2F/e/amq.direct/q/q/theirs has gone since',
    );
  });

  test("a binding added to an already replaced queue doesn't matter", async () => {
    const plan = await planOf(situation);
    const live = situation.live.replace('q:q,', 'q:q max 5,');
    expect(() => resume(plan, brokerOf(`${live}, amq.topic>q late`).live)).not.toThrow();
  });

  describe('deleting an object that others send messages on to', () => {
    const planned = { desired: 'e:e', live: 'e:e, q:own.dead, e:own.old', own: 'own.*' };
    const codes = async (live: string, messageLoss: [string, 'all'][] = []) => {
      const saved = await planOf(planned);
      expect(saved.refusals).toEqual([]);
      const consents = { ...here.consents, messageLoss: new Map(messageLoss) };
      const source = fromSaved(saved, brokerOf(`${planned.live}, ${live}`), { ...here, consents });
      return (await source.read()).plan.refusals.map(({ code, address }) => `${code} ${address}`);
    };

    test('is refused if they do so only since planning', async () => {
      expect(await codes('q:new dead  key own.dead')).toEqual(['onward queues/%2F/own.dead']);
      expect(await codes('e:new else own.old')).toEqual(['onward exchanges/%2F/own.old']);
      expect(await codes('q:new')).toEqual([]);
    });

    test('is allowed if any loss is agreed to', async () => {
      const agreed: [string, 'all'][] = [['exchanges/%2F/own.old', 'all']];
      expect(await codes('e:new else own.old', agreed)).toEqual([]);
    });

    test('is allowed if they no longer do', async () => {
      const live = `${planned.live}, e:other else own.old`;
      const saved = await planOf({ ...planned, live });
      expect(saved.refusals.map(({ code }) => code)).toEqual(['onward']);
      const broker = brokerOf(live.replace(' else own.old', ''));
      expect((await fromSaved(saved, broker, here).read()).plan.refusals).toEqual([]);
    });
  });

  test('is guarded again, and keeps the refusals that no flag lifts', async () => {
    const saved = await planOf({
      desired: 'q:q.safe max 1',
      live: 'q:q.safe, q:own.q',
      own: 'own.*',
      safe: '*.safe',
    });
    const broker = brokerOf('q:q.safe, q:own.q');
    const full = new Map([
      ['queues/%2F/own.q', { kind: 'known' as const, ready: 3, unacked: 0, consumers: 0 }],
    ]);
    broker.readDepths = () => Promise.resolve(full);
    const { plan } = await fromSaved(saved, broker, here).read();
    expect(plan.refusals.map(({ code }) => code)).toEqual(['protected', 'messages']);
    expect(plan.summary.refused).toBe(2);
  });
});

describe('read again', () => {
  const rows: [live: string, addresses: string[]][] = [
    ['e:e, q:new, q:q max 5, e>new k, amq.direct>q theirs', []],
    [
      situation.live,
      [
        'queues/%2F/new',
        'queues/%2F/q',
        'bindings/%2F/e/e/q/new/k',
        'bindings/%2F/e/e/q/own.gone/old',
        'queues/%2F/own.gone',
      ],
    ],
    ['e:e, q:new, q:q max 5, e>new k', ['bindings/%2F/e/amq.direct/q/q/theirs']],
  ];
  test.each(rows)('%s', async (live, addresses) => {
    const { steps } = await planOf(situation);
    expect(unreached(steps, brokerOf(live).live).map(({ address }) => address)).toEqual(addresses);
  });

  test('by a saved plan, for the steps without effect', async () => {
    const broker = brokerOf(situation.live);
    const source = fromSaved(await planOf(situation), broker, here);
    await source.read();
    const { unreached: left } = await source.readAgain(false);
    expect(left).toHaveLength(5);
  });

  test('by a saved plan, for earlier steps undone meanwhile', async () => {
    const done = 'e:e, q:new, q:q max 5, e>new k, amq.direct>q theirs';
    const broker = brokerOf(`${done}, q:own.gone`);
    const source = fromSaved(await planOf(situation), broker, here);
    const { plan } = await source.read();
    expect(plan.steps.map(({ address }) => address)).toEqual(['queues/%2F/own.gone']);
    broker.objects.delete('queues/%2F/own.gone');
    broker.objects.delete('queues/%2F/q');
    const { unreached: left } = await source.readAgain(false);
    expect(left.map(({ address }) => address)).toEqual(['queues/%2F/q']);
  });
});
