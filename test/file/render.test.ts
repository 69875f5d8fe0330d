// What topo writes reads back as exactly the same objects, whatever their names are.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderDefinitions } from '../../src/file/render-definitions.ts';
import { renderYaml } from '../../src/file/render-yaml.ts';
import { canonicalObject } from '../../src/topology/normal-form.ts';
import type { Queue, TopologyObject } from '../../src/topology/object.ts';
import { Float, type Value } from '../../src/topology/value.ts';
import { atEffort } from '../effort.ts';
import { hostileObjects } from './hostile-objects.ts';
import { objectsOf, readText } from './read.ts';

const canonical = (objects: readonly TopologyObject[]): string[] =>
  objects.map(canonicalObject).sort();
const rawControls =
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\p{Cf}\u2028\u2029\p{Default_Ignorable_Code_Point}]/u;

describe('a rendered file', () => {
  test('reads back equal', async () => {
    await fc.assert(
      fc.asyncProperty(hostileObjects, async (objects) => {
        const text = renderYaml(objects, { vhost: '/' });
        expect(text).not.toMatch(rawControls);
        expect(canonical(await objectsOf(text))).toEqual(canonical(objects));
      }),
      { numRuns: atEffort(50) },
    );
  });

  test('is the same for the same objects in any order', () => {
    fc.assert(
      fc.property(hostileObjects, (objects) => {
        const reversed = objects.toReversed();
        expect(renderYaml(reversed, { vhost: '/' })).toBe(renderYaml(objects, { vhost: '/' }));
      }),
    );
  });

  test('as definitions reads back equal', async () => {
    await fc.assert(
      fc.asyncProperty(hostileObjects, async (objects) => {
        const text = renderDefinitions(objects, {
          version: '4.3.6',
          vhosts: new Map([['/', 'quorum']]),
        });
        expect(text).not.toMatch(rawControls);
        expect(canonical(await objectsOf(text))).toEqual(canonical(objects));
      }),
      { numRuns: atEffort(25) },
    );
  });

  test('leaves out defaults', () => {
    const own = queue({ name: 'worker_queue_1', type: 'quorum' });
    const objects: TopologyObject[] = [
      { ...queue({ name: 'b', type: 'classic', vhost: 'prod' }), durable: false },
      queue({
        name: 'a',
        type: 'classic',
        arguments: new Map<string, Value>([
          ['x-expires', 60000],
          ['my', new Float(60000)],
        ]),
      }),
      own,
      {
        kind: 'exchange',
        vhost: '/',
        name: 'ml_tasks',
        type: 'direct',
        durable: true,
        auto_delete: false,
        internal: false,
        arguments: new Map(),
      },
      {
        kind: 'binding',
        vhost: '/',
        source: 'ml_tasks',
        destination: 'a',
        destination_type: 'queue',
        routing_key: '',
        arguments: new Map(),
      },
      {
        kind: 'binding',
        vhost: '/',
        source: 'ml_tasks',
        destination: 'a',
        destination_type: 'queue',
        routing_key: '5',
        arguments: new Map(),
      },
    ];
    const options = {
      vhost: '/',
      manage: { exchange: [], queue: ['a', 'worker_*'], bindings_into: ['b'] },
      queueTypes: new Map([
        ['/', 'quorum'],
        ['prod', 'quorum'],
      ]),
      header: 'Exported.\nTwice.',
    };
    expect(renderYaml(objects, options)).toBe(`# Exported.
# Twice.
vhost: /

manage:
  queues: [a, 'worker_*']
  bindings_into: [b]

exchanges:
  - name: ml_tasks
    type: direct

queues:
  - name: a
    arguments:
      x-queue-type: classic
      x-expires: 60000
      my: 60000.0
  - name: worker_queue_1
    arguments:
      x-queue-type: quorum
  - name: b
    durable: false
    vhost: prod

bindings:
  - source: ml_tasks
    destination: a
  - source: ml_tasks
    destination: a
    routing_key: '5'
`);
  });

  test('without objects owns what the flags say', async () => {
    const { scopes } = await readText(renderYaml([], { vhost: 'prod', manage: 'all' }));
    expect(scopes).toEqual([
      { vhost: 'prod', manage: 'all', protect: { exchange: [], queue: [] } },
    ]);
  });
});

function queue(fields: Partial<Queue>): Queue {
  return {
    kind: 'queue',
    vhost: '/',
    name: 'a',
    type: null,
    durable: true,
    auto_delete: false,
    arguments: new Map(),
    ...fields,
  };
}
