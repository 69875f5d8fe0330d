// Applying: a failure blocks only what needs it, and nothing starts after a stop.
import { describe, expect, test } from 'vitest';
import { apply } from '../../src/reconcile/apply.ts';
import type { Consent, Writer } from '../../src/reconcile/broker.ts';
import { noConsents, type Consents } from '../../src/reconcile/consents.ts';
import { MessagesLost, type Loss, type LossBound } from '../../src/reconcile/loss.ts';
import { forEachParallel } from '../../src/reconcile/parallel.ts';
import type { DeleteStep } from '../../src/reconcile/step.ts';
import { addressOf } from '../../src/topology/identity.ts';
import { isBinding } from '../../src/topology/object.ts';
import type { TopologyObject } from '../../src/topology/object.ts';
import { ExpectedError } from '../../src/topology/problem.ts';
import { brokerOf, objectsOf, planOf } from './shorthand.ts';

const five = { kind: 'counted', ready: 5, unacked: 0 } as const;

/**
 * A writer that notes each request and refuses some. Five messages are lost wherever any may be.
 */
function recorder(refused: readonly string[] = []) {
  const log: string[] = [];
  const note = async (what: string, object: TopologyObject, more = ''): Promise<void> => {
    const line = `${what} ${addressOf(object).replaceAll('%2F/', '')}${more}`;
    log.push(line);
    if (refused.includes(line)) throw new ExpectedError(`refused: ${line}`, { hint: 'ask again' });
    if (line.endsWith('atMost":4}')) throw new MessagesLost(addressOf(object), 'deleted', five, 4);
    return Promise.resolve();
  };
  const said = (consent: Consent): string =>
    typeof consent === 'string' ? consent : JSON.stringify(consent);
  const lossBy = (consent: Consent): Loss | undefined =>
    consent === 'lose-messages' || typeof consent === 'object' ? five : undefined;
  const writer: Writer = {
    foresee: () => undefined,
    keepRecord: () => Promise.resolve(),
    deleteRecord: () => Promise.resolve(),
    restore: (_before, after) => note('restore', after),
    put: (object) => note(isBinding(object) ? 'bind' : 'put', object),
    update: (_before, after) => note('update', after),
    remove: (object) => note('remove', object),
    unbind: (object) => note('unbind', object, ` by ${object.properties_key}`),
    rebind: async (unbind, bind) => {
      for (const one of unbind) await note('unbind', one);
      for (const one of bind) await note('bind', one);
    },
    delete: async (object, consent) => {
      await note('delete', object, ` ${said(consent)}`);
      return lossBy(consent);
    },
    replace: async (_before, after, bindings, consent) => {
      const keys = bindings.map(({ routing_key: key }) => key).join('+');
      await note('replace', after, ` with ${keys} ${said(consent)}`);
      return lossBy(consent);
    },
    carryOver: async (_before, after, bindings, { parking }) => {
      const keys = bindings.map(({ routing_key: key }) => key).join('+');
      await note('carry over', after, ` with ${keys} through ${parking.name}`);
      return { messages: 5, flipMilliseconds: 30 };
    },
  };
  return { log, writer };
}

interface Run {
  readonly desired: string;
  readonly live: string;
  readonly refused?: readonly string[];
  readonly consents?: Partial<Consents>;
  readonly stop?: AbortSignal;
}

async function run({ desired, live, refused, consents, stop }: Run) {
  const { log, writer } = recorder(refused);
  const plan = await planOf({ desired, live, own: 'own.*' }, brokerOf(live));
  const outcomes = await apply(plan, writer, {
    consents: { ...noConsents, ...consents },
    parallel: 1,
    drainTimeout: 0,
    stop: stop ?? new AbortController().signal,
  });
  const said = outcomes.map(({ step, kind, ...rest }) => {
    const by = 'by' in rest ? ` by ${rest.by.replaceAll('%2F/', '')}` : '';
    return `${step.kind} ${step.address.replaceAll('%2F/', '')}: ${kind}${by}`;
  });
  return { log, said, outcomes };
}

describe('apply', () => {
  test('writes each step once, in order, and bindings with what carries them', async () => {
    const { log, said } = await run({
      desired: 'e:e, q:new, q:q max 5, e>new k',
      live: 'e:e, q:q, q:own.gone, amq.direct>q theirs, amq.topic>q other, e>own.gone old',
    });
    expect(log).toEqual([
      'put queues/new',
      'replace queues/q with theirs+other lose-nothing',
      'bind bindings/e/e/q/new/k',
      'delete queues/own.gone lose-nothing',
    ]);
    expect(said.every((line) => line.endsWith(': succeeded'))).toBe(true);
    expect(said).toHaveLength(7);
  });

  test("a binding is deleted by the broker's own key", async () => {
    const { log } = await run({ desired: 'e:e, q:q', live: 'e:e, q:q, e>q stale' });
    expect(log).toEqual(['unbind bindings/e/e/q/q/stale by stale']);
  });

  test('consent goes to the queue that it names', async () => {
    const consents: Partial<Consents> = {
      messageLoss: new Map<string, LossBound>([
        ['queues/%2F/own.a', 'all'],
        ['queues/%2F/own.d', 5],
        ['queues/%2F/own.e', 0],
        // Nothing counted, so nothing shown.
        ['queues/%2F/own.f', 'as-shown'],
      ]),
      disconnect: new Set(['queues/%2F/own.b']),
    };
    const live = 'q:own.a, q:own.b, q:own.c, q:own.d, q:own.e, q:own.f';
    expect((await run({ desired: 'q:x', live, consents })).log).toEqual([
      'put queues/x',
      'delete queues/own.a lose-messages',
      'delete queues/own.b disconnect',
      'delete queues/own.c lose-nothing',
      'delete queues/own.d {"atMost":5}',
      'delete queues/own.e disconnect',
      'delete queues/own.f lose-nothing',
    ]);
  });

  test('each queue gets its share of a shared consent, and what earlier ones left', async () => {
    const pattern = { text: 'queues/%2F/own.*', vhost: '/', name: 'own.*' };
    const limits = async (bound: LossBound) => {
      const consents = { messageLossOf: [{ pattern, bound }], disconnectOf: [pattern] };
      const live = 'q:own.a, q:own.b, q:q';
      return (await run({ desired: 'q:q', live, consents })).log;
    };
    expect(await limits(20)).toEqual([
      'delete queues/own.a {"atMost":10}',
      // The first lost five.
      'delete queues/own.b {"atMost":15}',
    ]);
    expect(await limits('all')).toEqual([
      'delete queues/own.a lose-messages',
      'delete queues/own.b lose-messages',
    ]);
    expect(await limits(0)).toEqual([
      'delete queues/own.a disconnect',
      'delete queues/own.b disconnect',
    ]);
  });

  test('the loss stands beside the queue, not beside its bindings', async () => {
    const consents = { messageLoss: new Map([['queues/%2F/q', 5]]) };
    const live = 'q:q, amq.direct>q theirs';
    const { outcomes } = await run({ desired: 'q:q max 5', live, consents });
    expect(outcomes.map(({ kind, loss }) => [kind, loss])).toEqual([
      ['succeeded', five],
      ['succeeded', undefined],
    ]);
  });

  test('a queue that lost more than agreed has failed, but its bindings have not', async () => {
    const consents = { messageLoss: new Map([['queues/%2F/q', 4]]) };
    const live = 'q:q, amq.direct>q theirs';
    const { outcomes } = await run({ desired: 'q:q max 5', live, consents });
    expect(outcomes.map(({ kind, loss }) => [kind, loss])).toEqual([
      ['failed', five],
      ['succeeded', undefined],
    ]);
  });

  test('a failure blocks only what needs it', async () => {
    const { said, outcomes } = await run({
      desired: 'e:e, q:a, q:b, e>a k, e>b k',
      live: 'q:own.gone, amq.direct>own.gone',
      refused: ['put queues/a'],
    });
    expect(said).toEqual([
      'create exchanges/e: succeeded',
      'create queues/a: failed',
      'create queues/b: succeeded',
      'create bindings/e/e/q/a/k: blocked by queues/a',
      'create bindings/e/e/q/b/k: succeeded',
      'delete bindings/e/amq.direct/q/own.gone/~: succeeded',
      'delete queues/own.gone: succeeded',
    ]);
    expect(outcomes[1]).toMatchObject({ reason: 'refused: put queues/a', hint: 'ask again' });
  });

  test('an old route stays if the new one fails', async () => {
    const { said, log } = await run({
      desired: 'e:e, q:new, e>new',
      live: 'e:e, q:own.old, q:own.other, e>own.old',
      refused: ['bind bindings/e/e/q/new/~'],
    });
    expect(said).toEqual([
      'create queues/new: succeeded',
      'create bindings/e/e/q/new/~: failed',
      'delete bindings/e/e/q/own.old/~: blocked by bindings/e/e/q/new/~',
      'delete queues/own.old: blocked by bindings/e/e/q/new/~',
      'delete queues/own.other: succeeded',
    ]);
    expect(log).not.toContain('delete queues/own.old lose-nothing');
  });

  test('an exchange that stays keeps its destination', async () => {
    const { said } = await run({
      desired: '',
      live: 'e:own.in, q:own.q dead own.failed, e:own.failed, q:own.dead, own.in>own.q, own.failed>own.dead',
      refused: ['delete queues/own.q lose-nothing'],
    });
    expect(said).toEqual([
      'delete bindings/e/own.failed/q/own.dead/~: blocked by queues/own.q',
      'delete bindings/e/own.in/q/own.q/~: succeeded',
      'delete exchanges/own.in: succeeded',
      'delete queues/own.q: failed',
      'delete exchanges/own.failed: blocked by queues/own.q',
      'delete queues/own.dead: blocked by exchanges/own.failed',
    ]);
  });

  test('a carried step fails with its carrier', async () => {
    const { said } = await run({
      desired: 'q:q max 5',
      live: 'q:q, amq.direct>q theirs',
      refused: ['replace queues/q with theirs lose-nothing'],
    });
    expect(said).toEqual([
      'replace queues/q: failed',
      'replace bindings/e/amq.direct/q/q/theirs: blocked by queues/q',
    ]);
  });

  test('a step that needs a skipped one is skipped, not blocked', async () => {
    const stop = new AbortController();
    const run = async (refused: readonly string[]) => {
      const { writer } = recorder(refused);
      const plan = await planOf(
        { desired: 'e:e, q:a, e>a k, e>q k', live: 'q:q', own: 'own.*' },
        brokerOf('q:q'),
      );
      const outcomes = await apply(plan, writer, {
        ...{ consents: noConsents, parallel: 1, drainTimeout: 0, stop: stop.signal },
        onStart: () => {
          stop.abort(new Error('interrupted'));
        },
      });
      return outcomes.map(({ step, kind }) => `${step.address.replaceAll('%2F/', '')}: ${kind}`);
    };
    expect(await run([])).toEqual([
      'exchanges/e: succeeded',
      'queues/a: skipped',
      'bindings/e/e/q/a/k: skipped',
      'bindings/e/e/q/q/k: skipped',
    ]);
  });

  test('nothing starts after a stop', async () => {
    const { said, log } = await run({ desired: 'e:e, q:q', live: '', stop: AbortSignal.abort() });
    expect(log).toEqual([]);
    expect(said).toEqual(['create exchanges/e: skipped', 'create queues/q: skipped']);
  });

  test('chained exchanges are replaced from the end', async () => {
    const { log } = await run({
      desired: 'e:a topic, e:b topic, e:c topic, a>>b, b>>c k',
      live: 'e:a, e:b, e:c, a>>b, b>>c k',
    });
    expect(log).toEqual([
      'replace exchanges/c with k lose-nothing',
      'replace exchanges/b with +k lose-nothing',
      'replace exchanges/a with  lose-nothing',
    ]);
  });
});

describe('in parallel', () => {
  test('runs all items, never more than the limit at once', async () => {
    const seen: number[] = [];
    let underWay = 0;
    let most = 0;
    await forEachParallel([1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
      most = Math.max(most, ++underWay);
      await new Promise((resolve) => setImmediate(resolve));
      seen.push(item);
      underWay--;
    });
    expect(most).toBe(3);
    expect(seen.sort()).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  test('does nothing without items', async () => {
    await expect(
      forEachParallel([], 3, () => Promise.reject(new Error())),
    ).resolves.toBeUndefined();
  });
});

test('what goes with an exchange that goes with its vhost is deleted, too', async () => {
  const { log, writer } = recorder();
  const [exchange, binding] = objectsOf('e:tasks, amq.direct>>tasks k');
  if (exchange === undefined || binding === undefined) throw new Error('two objects');
  const vhost = { kind: 'vhost', vhost: null, name: '/' } as const;
  const gone = (before: TopologyObject, because?: TopologyObject): DeleteStep => ({
    kind: 'delete',
    address: addressOf(before),
    before: isBinding(before) ? { ...before, properties_key: 'k' } : before,
    because: because && addressOf(because),
    managed: true,
    depth: undefined,
    effect: undefined,
    request: because ? { kind: 'carried', by: addressOf(because) } : { kind: 'own', needs: [] },
  });
  const steps = [gone(binding, exchange), gone(exchange, vhost), gone(vhost)];
  const stop = new AbortController().signal;
  const outcomes = await apply({ steps }, writer, {
    consents: noConsents,
    parallel: 4,
    drainTimeout: 0,
    stop,
  });
  expect(outcomes.map(({ kind }) => kind)).toEqual(['succeeded', 'succeeded', 'succeeded']);
  expect(log).toEqual(['remove vhosts/%2F']);
});
