// Other types for queues, in their entries: everything else keeps every byte.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { retypeQueues, type Retyped } from '../../src/file/retype-queues.ts';
import { renderDefinitions } from '../../src/file/render-definitions.ts';
import { renderYaml } from '../../src/file/render-yaml.ts';
import type { Address } from '../../src/topology/address.ts';
import { breachesOf } from '../../src/topology/kinds/kinds.ts';
import { withDefaultType } from '../../src/topology/kinds/queue.ts';
import { canonicalObject } from '../../src/topology/normal-form.ts';
import { isQueue, type Queue, type RoutingObject } from '../../src/topology/object.ts';
import { asQuorum } from '../../src/topology/quorum-arguments.ts';
import { atEffort } from '../effort.ts';
import { hostileObjects } from './hostile-objects.ts';
import { objectsOf, readText } from './read.ts';

const queueTypes = new Map([['/', 'classic']]);

async function retype(
  text: string,
  isWanted: (queue: Queue) => boolean = () => true,
): Promise<Retyped> {
  const desired = await readText(text);
  const wanted = new Map<Address, Queue>();
  for (const [address, { object }] of desired.objects)
    if (isQueue(object) && isWanted(object) && mayGo(object)) wanted.set(address, asQuorum(object));
  return retypeQueues([...desired.sources.keys()].join(), desired, wanted);
}

const mayGo = (queue: Queue): boolean =>
  withDefaultType(queue, 'classic').type === 'classic' && breachesOf(asQuorum(queue)).length === 0;

/** Most of the hostile queues are of other types, or not durable. */
function classic(object: RoutingObject): RoutingObject {
  if (!isQueue(object)) return object;
  const as = { ...object, type: 'classic', durable: true, auto_delete: false };
  return breachesOf(as).length === 0 ? as : object;
}

const forms: [string, (objects: readonly RoutingObject[]) => string][] = [
  ['a YAML file', (objects) => renderYaml(objects, { vhost: '/', queueTypes })],
  [
    'definitions',
    (objects) => renderDefinitions(objects, { version: '4.3.6', vhosts: queueTypes }),
  ],
];

test.each(forms)('in %s, queues change their type and nothing else', async (_, render) => {
  let seen = 0;
  await fc.assert(
    fc.asyncProperty(hostileObjects, async (objects) => {
      const before = render(objects.map(classic));
      const { text, left } = await retype(before);
      expect([...left]).toEqual([]);
      const become = (object: RoutingObject): string => {
        if (!isQueue(object) || !mayGo(object)) return canonicalObject(object);
        seen++;
        return canonicalObject(asQuorum(object));
      };
      const wanted = (await objectsOf(before)).map(become);
      expect((await objectsOf(text)).map((object) => canonicalObject(object))).toEqual(wanted);
    }),
    { numRuns: atEffort(40) },
  );
  expect(seen).toBeGreaterThan(0);
});

describe('an entry', () => {
  const rows: [title: string, before: string, after: string][] = [
    ['without arguments', '- name: q', '- name: q\n    arguments:\n      x-queue-type: quorum'],
    [
      'in braces',
      '- { name: q } # kept',
      '- { name: q, arguments: { x-queue-type: quorum } } # kept',
    ],
    ['with a type', '- { name: q, type: classic }', '- { name: q, type: quorum }'],
    [
      'with a type twice',
      '- { name: q, type: classic, arguments: { x-queue-type: classic } }',
      '- { name: q, type: quorum, arguments: { x-queue-type: quorum } }',
    ],
    [
      'whose only argument goes, beside a type',
      '- { name: q, type: classic, arguments: { x-queue-mode: lazy } }',
      '- { name: q, type: quorum }',
    ],
    [
      'whose first argument goes',
      '- name: q\n    arguments:\n      x-max-priority: 5 # high\n      # for a day\n      x-expires: 86400000',
      '- name: q\n    arguments:\n      # for a day\n      x-expires: 86400000\n      x-queue-type: quorum',
    ],
    [
      'with a place for its leader',
      '- { name: q, arguments: { x-queue-master-locator: client-local } }',
      '- { name: q, arguments: { x-queue-type: quorum, x-queue-leader-locator: client-local } }',
    ],
    [
      'that makes several queues',
      "- for_each: { n: '1..2' }\n    name: q_${n}",
      "- for_each: { n: '1..2' }\n    name: q_${n}\n    arguments:\n      x-queue-type: quorum",
    ],
    [
      'whose types differ',
      '- for_each: { n: [a, b], t: [classic, quorum] }\n    name: q_${n}_${t}\n    type: ${t}',
      '- for_each: { n: [a, b], t: [classic, quorum] }\n    name: q_${n}_${t}\n    type: quorum',
    ],
  ];
  test.each(rows)('%s', async (_, before, after) => {
    const { text, left } = await retype(`queues:\n  ${before}\n`);
    expect(text).toBe(`queues:\n  ${after}\n`);
    expect(left.size).toBe(0);
  });

  test('of Windows keeps its line ends', async () => {
    const { text } = await retype('queues:\r\n  - name: q\r\n');
    expect(text).toBe('queues:\r\n  - name: q\r\n    arguments:\r\n      x-queue-type: quorum\r\n');
  });

  test('of which not all queues are wanted stays, and that is said', async () => {
    const before = "queues:\n  - for_each: { n: '1..3' }\n    name: q_${n}\n";
    const { text, left } = await retype(before, ({ name }) => name === 'q_2');
    expect(text).toBe(before);
    expect([...left]).toEqual([
      [
        'queues/%2F/q_2',
        expect.objectContaining({
          message: 'its entry makes 3 queues, and 2 of them stay classic',
        }),
      ],
    ]);
  });

  test('with an anchor is an error', async () => {
    const before = 'queues:\n  - name: q\n    arguments: &a { x-expires: 5 }\n';
    await expect(retype(before)).rejects.toThrow(/uses anchors and aliases/);
  });
});
