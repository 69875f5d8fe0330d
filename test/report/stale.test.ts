// A stale plan shows for each object what it expected, and what is there now.
import { describe, expect, test } from 'vitest';
import { driftsBetween, StalePlan } from '../../src/reconcile/drift.ts';
import { resume } from '../../src/reconcile/resume.ts';
import { describeDrift, driftDocument } from '../../src/report/stale.ts';
import { brokerOf, planOf } from '../reconcile/shorthand.ts';

const situation = {
  desired: 'e:e, q:new, q:q max 5, e>new k',
  live: 'e:e, q:q, q:own.gone, amq.direct>q theirs',
  own: 'own.*',
};

async function driftsOf(now: string) {
  const plan = await planOf(situation);
  try {
    resume(plan, brokerOf(now).live);
    return [];
  } catch (error) {
    if (error instanceof StalePlan) return error.drifts;
    throw error;
  }
}

const { live } = situation;

describe('a saved plan is stale if', () => {
  const rows: [now: string, live: string, told: string[]][] = [
    [
      'an object differs',
      live.replace('q:q,', 'q:q max 7,'),
      ['queues/%2F/q has changed since: arguments.x-max-length none → 7'],
    ],
    [
      'a new object is there, and differs',
      `${live}, q:new max 1`,
      [
        'queues/%2F/new has changed since: there was none, now durable, x-queue-type classic, x-max-length 1',
      ],
    ],
    [
      'a binding that was to come back is gone',
      live.replace(', amq.direct>q theirs', ''),
      ['bindings/%2F/e/amq.direct/q/q/theirs has gone since: it was routing_key theirs'],
    ],
    [
      'another binding would go along',
      `${live}, amq.topic>q late`,
      ['bindings/%2F/e/amq.topic/q/q/late would now go along: routing_key late'],
    ],
    ['an end is gone', live.replace('e:e, ', ''), ['exchanges/%2F/e has gone since']],
    [
      'several objects differ',
      live.replace('q:q,', 'q:q max 7,').replace('own.gone', 'own.gone quorum'),
      [
        'queues/%2F/q has changed since: arguments.x-max-length none → 7',
        'queues/%2F/own.gone has changed since: arguments.x-queue-type classic → quorum',
      ],
    ],
  ];
  test.each(rows)('%s', async (_, now, told) => {
    expect((await driftsOf(now)).map(describeDrift)).toEqual(told);
  });

  test('and gives machines both sides in full', async () => {
    const [drift] = await driftsOf(live.replace('q:q,', 'q:q max 7,'));
    expect(drift && driftDocument(drift)).toMatchObject({
      kind: 'changed',
      address: 'queues/%2F/q',
      planned: { name: 'q', arguments: {} },
      found: { name: 'q', arguments: { 'x-max-length': 7 } },
      message: 'queues/%2F/q has changed since',
    });
    const [added] = await driftsOf(`${live}, q:new max 1`);
    expect(added && driftDocument(added)).toMatchObject({ kind: 'new', planned: null });
  });
});

describe('while a person is asked', () => {
  const rows: [now: string, live: string, told: string[]][] = [
    ['nothing changes', live, []],
    [
      'an object that is to be replaced',
      live.replace('q:q,', 'q:q max 7,'),
      ['queues/%2F/q has changed since: arguments.x-max-length none → 7'],
    ],
    [
      'what is to be made is there, as declared',
      `${live}, q:new`,
      ['queues/%2F/new has changed since: there was none, now durable, x-queue-type classic'],
    ],
    [
      'what is declared goes',
      live.replace('e:e, ', ''),
      ['exchanges/%2F/e has gone since: it was direct, durable'],
    ],
    [
      'what is to be deleted goes',
      live.replace('q:own.gone, ', ''),
      ['queues/%2F/own.gone has gone since: it was durable, x-queue-type classic'],
    ],
  ];
  test.each(rows)('%s', async (_, now, told) => {
    const [before, after] = [await planOf(situation), await planOf({ ...situation, live: now })];
    expect(driftsBetween(before, after).map(describeDrift)).toEqual(told);
  });
});
