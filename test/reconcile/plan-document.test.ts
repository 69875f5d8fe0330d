// Plans as documents: what --out saves is read back as the plan that it was.
import { describe, expect, test } from 'vitest';
import { fromDocument, toDocument } from '../../src/reconcile/plan-document.ts';
import type { PlanDocument, Step } from '../../src/reconcile/plan.generated.ts';
import { InvalidInput } from '../../src/topology/problem.ts';
import { brokerOf, planOf } from './shorthand.ts';

/** Has each kind of step, each kind of need, and messages. */
const situation = {
  desired: 'e:e, q:new, q:q max 5, e>new k',
  live: 'e:e, q:q, q:own.gone, q:own.full, amq.direct>q theirs, e>own.gone old',
  own: 'own.*',
};

async function plan() {
  const broker = brokerOf(situation.live);
  const full = { kind: 'known' as const, ready: 3, unacked: 1, consumers: 0 };
  broker.readDepths = () => Promise.resolve(new Map([['queues/%2F/own.full', full]]));
  return planOf(situation, broker);
}

const stepOf = ({ steps }: PlanDocument, address: string): Step | undefined =>
  steps.find((step) => step.address === address);

describe('a document', () => {
  test('says all of a step', async () => {
    const document = toDocument(await plan());
    const queue = { vhost: '/', durable: true, auto_delete: false };
    expect(stepOf(document, 'queues/%2F/q')).toEqual({
      address: 'queues/%2F/q',
      object: 'queue',
      kind: 'replace',
      before: { ...queue, name: 'q', arguments: { 'x-queue-type': 'classic' } },
      before_hash: expect.stringMatching(/^[0-9a-f]{12}$/) as string,
      after: { ...queue, name: 'q', arguments: { 'x-queue-type': 'classic', 'x-max-length': 5 } },
      managed: true,
      own_request: true,
      needs: [],
      source: expect.objectContaining({ line: expect.any(Number) as number }) as object,
    });
    expect(stepOf(document, 'bindings/%2F/e/amq.direct/q/q/theirs')).toMatchObject({
      kind: 'replace',
      properties_key: 'theirs',
      managed: false,
      because: 'queues/%2F/q',
      own_request: false,
      needs: ['queues/%2F/q'],
    });
    expect(stepOf(document, 'queues/%2F/own.gone')).toMatchObject({
      kind: 'delete',
      needs: ['exchanges/%2F/e/bindings/source'],
    });
    expect(stepOf(document, 'queues/%2F/own.full')).toMatchObject({
      depth: { kind: 'known', ready: 3, unacked: 1, consumers: 0 },
    });
    expect(stepOf(document, 'queues/%2F/new')).not.toHaveProperty('before');
    expect(stepOf(document, 'queues/%2F/own.gone')).not.toHaveProperty('after');
  });

  test('is read back as the plan that it was', async () => {
    const made = await plan();
    const document = toDocument(made);
    const read = fromDocument(document);
    expect(toDocument(read)).toEqual(document);
    const essence = ({ steps }: typeof made) =>
      steps.map(({ kind, address, because, request, depth }) => [
        kind,
        address,
        because,
        request,
        depth,
      ]);
    expect(essence(read)).toEqual(essence(made));
  });

  test('tells a binding to a queue called "bindings" from new bindings of an exchange', async () => {
    const live = 'e:e, q:own.x, e>own.x old';
    const made = await planOf({
      desired: 'e:e, q:bindings, e>bindings source',
      live,
      own: 'own.*',
    });
    const { steps } = fromDocument(toDocument(made));
    const needs = steps.flatMap(({ request }) => (request.kind === 'own' ? request.needs : []));
    expect(needs).toEqual([
      { kind: 'step', address: 'queues/%2F/bindings' },
      { kind: 'bindings-from', address: 'exchanges/%2F/e' },
    ]);
  });

  const edits: [what: string, address: string, edit: (step: Step) => object][] = [
    ['without what comes', 'queues/%2F/new', (step) => ({ ...step, after: undefined })],
    ['without what was', 'queues/%2F/own.gone', (step) => ({ ...step, before: undefined })],
    [
      'with another that comes',
      'queues/%2F/new',
      (step) => ({ ...step, after: { ...step.after, name: 'other' } }),
    ],
    [
      'with another state of what was',
      'queues/%2F/own.gone',
      (step) => ({ ...step, before: { ...step.before, durable: false } }),
    ],
  ];
  test.each(edits)('%s was edited', async (_, address, edit) => {
    const document = toDocument(await plan());
    const steps = document.steps.map((step) => (step.address === address ? edit(step) : step));
    const read = () => fromDocument({ ...document, steps: steps as Step[] });
    expect(read).toThrow(InvalidInput);
    expect(read).toThrow(`the plan was edited: ${address} is not as it was`);
  });
});
