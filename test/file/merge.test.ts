// export --into: updates a file to match the live broker, and keeps everything that is still true
// byte for byte.
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mergeIntoFile, type Merged } from '../../src/file/merge-into-file.ts';
import { fieldsOf } from '../../src/file/render-entry.ts';
import { renderValue, yamlStyle } from '../../src/file/render-scalar.ts';
import { renderDefinitions } from '../../src/file/render-definitions.ts';
import { renderYaml } from '../../src/file/render-yaml.ts';
import { kinds, sections } from '../../src/topology/kinds/kinds.ts';
import { withDefaultType } from '../../src/topology/kinds/queue.ts';
import { canonicalObject } from '../../src/topology/normal-form.ts';
import type { RoutingObject } from '../../src/topology/object.ts';
import { atEffort } from '../effort.ts';
import { hostileObjects } from './hostile-objects.ts';
import { objectsOf, readText } from './read.ts';

const queueTypes = new Map([['/', 'classic']]);

async function merge(text: string, live: readonly RoutingObject[]): Promise<Merged> {
  const desired = await readText(text);
  const file = [...desired.sources.keys()].join();
  const declared = [...desired.objects.values()].map(({ object }) => object);
  const vhosts = declared.filter(({ kind }) => kind === 'vhost');
  return mergeIntoFile({ file, desired, live: [...vhosts, ...live.map(asLive)], queueTypes });
}

/** A broker always tells a queue's type. */
function asLive(object: RoutingObject): RoutingObject {
  return object.kind === 'queue' ? withDefaultType(object, 'classic') : object;
}

const canonical = (objects: readonly RoutingObject[]): string[] =>
  objects.map((object) => canonicalObject(asLive(object))).sort();

describe('a case is a file, the live objects, and the file afterwards', () => {
  const folder = new URL('cases/merge/', import.meta.url);
  const cases = readdirSync(folder);
  test.each(cases)('%s', async (name) => {
    const [before = '', live = '', after = ''] = readFileSync(new URL(name, folder), 'utf8').split(
      /^=====.*\n/m,
    );
    const { text, notes } = await merge(before, await objectsOf(live));
    expect(text + notes.map((note) => `NOTE ${note}\n`).join('')).toBe(after);
  });
});

const forms: [string, (objects: readonly RoutingObject[]) => string][] = [
  ['a YAML file', (objects) => renderYaml(objects, { vhost: '/', queueTypes })],
  [
    'definitions',
    (objects) => renderDefinitions(objects, { version: '4.3.6', vhosts: queueTypes }),
  ],
  ['a YAML file with braces', withBraces],
];

describe.each(forms)('%s', (_, render) => {
  test('declares the live objects afterwards', async () => {
    await fc.assert(
      fc.asyncProperty(hostileObjects, hostileObjects, fc.nat(), async (before, other, seed) => {
        const live = mixed(before, other, seed);
        const { text } = await merge(render(before), live);
        expect(canonical(await objectsOf(text))).toEqual(canonical(live));
      }),
      { numRuns: atEffort(25) },
    );
  });

  test('stays untouched where it is true', async () => {
    await fc.assert(
      fc.asyncProperty(hostileObjects, async (objects) => {
        const text = render(objects);
        expect(await merge(text, objects)).toEqual({ text, notes: [] });
      }),
      { numRuns: atEffort(13) },
    );
  });
});

const lineEnds: [string, string, string, string][] = [
  [
    'no line end',
    'queues:\n  - name: a',
    '[{ name: b }, { name: c }]',
    'queues:\n  - name: b\n  - name: c',
  ],
  [
    'no line end, and a new field',
    'queues:\n  - name: a',
    '[{ name: a, durable: false }, { name: b }]',
    'queues:\n  - name: a\n    durable: false\n  - name: b',
  ],
  [
    'carriage returns',
    'queues:\r\n  - name: a\r\n    durable: false\r\n',
    '[{ name: a }, { name: b }]',
    'queues:\r\n  - name: a\r\n    durable: true\r\n  - name: b\r\n',
  ],
  [
    'carriage returns, and none at its end',
    'vhost: /\r\nqueues: []',
    '[{ name: a, durable: false }, { name: b }]',
    'vhost: /\r\nqueues:\r\n  - name: a\r\n    durable: false\r\n  - name: b',
  ],
  [
    'carriage returns in brackets',
    'queues: [\r\n  {name: a, # first\r\n   arguments: {x-max-length: 1}},\r\n]\r\n',
    '[{ name: a, arguments: { x-max-length: 2 } }, { name: b }]',
    'queues: [\r\n  {name: a, # first\r\n   arguments: {x-max-length: 2}},\r\n  { name: b },\r\n]\r\n',
  ],
];

test.each(lineEnds)('a file with %s', async (_, before, live, after) => {
  expect((await merge(before, await objectsOf(`queues: ${live}`))).text).toBe(after);
});

test('aliases that would have to change are refused', async () => {
  const text = 'queues:\n  - &a { name: a }\n  - { name: b, arguments: &none {} }\n';
  await expect(merge(text, [])).rejects.toThrow(/uses anchors and aliases/);
  expect((await merge(text, await objectsOf(text))).text).toBe(text);
});

/** Some of the objects as they were, some changed, some gone, some new. */
function mixed(
  before: readonly RoutingObject[],
  other: readonly RoutingObject[],
  seed: number,
): RoutingObject[] {
  const kept = before.flatMap((object, index) => {
    if (object.kind === 'binding' || (seed >> index) % 3 !== 1)
      return (seed >> index) % 3 ? [object] : [];
    const twin = other.find(({ kind }) => kind === object.kind) ?? object;
    return [{ ...twin, vhost: object.vhost, name: object.name } as RoutingObject];
  });
  const known = new Set(before.map(identity));
  return [...kept, ...other.filter((object) => !known.has(identity(object)))];
}

function identity(object: RoutingObject): string {
  return object.kind === 'binding'
    ? canonicalObject(object)
    : JSON.stringify([object.kind, object.vhost, object.name]);
}

function withBraces(objects: readonly RoutingObject[]): string {
  const entries = objects.map((object) => ({
    section: kinds[object.kind].section,
    line: `  - ${renderValue(fieldsOf(object, { vhost: '/' }), yamlStyle)}\n`,
  }));
  const lists = sections.map((section) => {
    const lines = entries.filter((entry) => entry.section === section).map(({ line }) => line);
    return lines.length === 0 ? '' : `${section}:\n${lines.join('')}`;
  });
  return lists.join('');
}
