// Plans that hold too little or too much, each of which the random definitions' check must find.
import { describe, expect, test } from 'vitest';
import { wrongIn, type PlanJson } from './changes.ts';
import { merged, toValue, whole, type Definitions, type Entry } from './definitions.ts';

const sideOf = (some: Partial<Definitions>): Definitions =>
  whole({ ...merged([]), ...(toValue(JSON.stringify(some)) as Definitions) });

const queue = (name: string, table = {}): Entry => ({ vhost: 'v', name, arguments: table });
const bound = (routing_key: string): Entry => ({
  ...{ vhost: 'v', source: 'e', destination: 'q', routing_key },
});

const before = sideOf({
  vhosts: [{ name: 'v', tags: [], default_queue_type: 'quorum' }],
  queues: [queue('q', { 'x-max-length': 1 }), queue('same'), queue('gone')],
  bindings: [bound('k'), bound('l')],
});
const after = sideOf({
  vhosts: [{ name: 'v', tags: [], default_queue_type: 'quorum' }],
  queues: [queue('q', { 'x-max-length': '1' }), queue('same', { 'x-queue-type': 'quorum' })],
  bindings: [bound('k'), bound('m')],
});

const [wasQ, , gone] = before.queues;
const [isQ, same] = after.queues;
const [kept, wasL] = before.bindings;
const [, isM] = after.bindings;

const steps = {
  replaced: { kind: 'replace', object: 'queue', address: 'q', before: wasQ, after: isQ },
  deleted: { kind: 'delete', object: 'queue', address: 'gone', before: gone },
  unbound: { kind: 'delete', object: 'binding', address: 'l', before: wasL },
  bound: { kind: 'create', object: 'binding', address: 'm', after: isM },
  putBack: { kind: 'replace', object: 'binding', address: 'k', after: kept, because: 'q' },
};
const wrong = (...some: readonly object[]) =>
  wrongIn({ steps: some, refusals: [] } as unknown as PlanJson, before, after);

test('an exact plan has all changes, and puts back what a replacement takes', () => {
  expect(wrong(...Object.values(steps))).toEqual({ missing: [], others: [] });
});

describe('a plan is wrong', () => {
  test.for(['replaced', 'deleted', 'unbound', 'bound'])('without what is %s', (name) => {
    const others = Object.entries(steps).filter(([other]) => other !== name);
    expect(wrong(...others.map(([, step]) => step)).missing).toHaveLength(1);
  });

  test.for<[name: string, more: object]>([
    ['a replacement of what is equal', { kind: 'replace', object: 'queue', after: same }],
    ['a binding replaced for no reason', { ...steps.putBack, because: undefined }],
    ['a delete of what stays', { kind: 'delete', object: 'binding', before: kept, because: 'q' }],
    ['a change of another kind', { ...steps.replaced, kind: 'update' }],
  ])('with %s', ([, more]) => {
    expect(wrong(...Object.values(steps), more).others).toHaveLength(1);
  });
});
