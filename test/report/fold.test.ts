// Checks what a reviewer must see of a plan with thousands of steps: only rows that change alike
// are folded.
import colors from 'picocolors';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Depth } from '../../src/reconcile/broker.ts';
import { noConsents } from '../../src/reconcile/consents.ts';
import { fromFiles } from '../../src/reconcile/source.ts';
import type { Plan } from '../../src/reconcile/step.ts';
import { noneEarlier } from '../../src/reconcile/unfinished.ts';
import { patternOf, shapeOf } from '../../src/report/fold.ts';
import { renderPlanMarkdown } from '../../src/report/plan-markdown.ts';
import { renderPlanText } from '../../src/report/plan-text.ts';
import { addressOf } from '../../src/topology/identity.ts';
import { normalizeBinding } from '../../src/topology/kinds/binding.ts';
import { normalizeQueue } from '../../src/topology/kinds/queue.ts';
import type { RoutingObject } from '../../src/topology/object.ts';
import { MemoryBroker } from '../reconcile/memory-broker.ts';
import { scopeOf } from '../reconcile/shorthand.ts';
import { toDesired, toLive } from '../reconcile/worlds.ts';

const paint = colors.createColors(false);

const queue = (name: string, args: object = {}, durable = true): RoutingObject =>
  normalizeQueue({ name, type: 'classic', durable, arguments: args }, '/');
const binding = (destination: string, routing_key: string): RoutingObject =>
  normalizeBinding(
    { source: 'amq.topic', destination, destination_type: 'queue', routing_key },
    '/',
  );

interface World {
  /** By file. */
  readonly desired: Readonly<Record<string, readonly RoutingObject[]>>;
  readonly live: readonly RoutingObject[];
  readonly own?: string;
  readonly depths?: ReadonlyMap<string, Depth>;
}

async function planOf({ desired, live, own = '', depths }: World): Promise<Plan> {
  const files = Object.entries(desired).map(([file, objects]) => ({
    file,
    ...toDesired(objects, scopeOf(own)),
  }));
  const objects = files.flatMap(({ file, objects: declared }) =>
    [...declared].map(([address, { object }], nth) => {
      const at = { file, line: nth < 2 ? 3 : nth + 2, col: 1 };
      return [address, { object, at }] as const;
    }),
  );
  const broker = new MemoryBroker(toLive(live));
  if (depths) broker.readDepths = () => Promise.resolve(new Map(depths));
  const [first] = files;
  if (first === undefined) throw new Error('no files');
  const sources = new Map(files.map(({ file }) => [file, '']));
  const all = { ...first, sources, objects: new Map(objects) };
  const source = fromFiles(all, broker, {
    endpoint: 'http://localhost:15672',
    selection: { targets: [] },
    earlier: noneEarlier,
    consents: { ...noConsents, deletes: 1_000 },
  });
  return (await source.read()).plan;
}

const numbers = (n: number): number[] => Array.from({ length: n }, (_, nth) => nth + 1);
const rowsOf = (text: string): string[] =>
  text
    .split('\n')
    .filter((line) => /^( {2}[-+!]|-\/\+) |^\| (create|replace|delete)/.test(line))
    .map((line) => line.replaceAll(/ +/g, ' ').trim());

describe('2,000 queues in five files, 1,500 with the same change, and three with others', () => {
  const teams = ['t1', 't2', 't3', 't4', 't5'];
  const names = (team: string) => numbers(400).map((n) => `${team}.q.${n}`);
  const odd = new Map([
    ['t2.q.17', queue('t2.q.17', { 'x-max-length': 101 }, false)],
    ['t3.q.200', queue('t3.q.200', { 'x-max-length': 10 })],
    ['t4.q.5', queue('t4.q.5', { 'x-max-length': 101, 'x-overflow': 'reject-publish' })],
  ]);
  const desired = Object.fromEntries(
    teams.map((team) => [
      `${team}.yaml`,
      names(team).map(
        (name, nth) => odd.get(name) ?? queue(name, { 'x-max-length': nth < 300 ? 101 : 100 }),
      ),
    ]),
  );
  const live = teams.flatMap(names).map((name) => queue(name, { 'x-max-length': 100 }));
  let plan: Plan;
  beforeAll(async () => {
    plan = await planOf({ desired, live });
  });

  const what = 'arguments.x-max-length 100 → 101';
  test('are eight rows of text', () => {
    const text = renderPlanText(plan, paint);
    expect(rowsOf(text)).toEqual([
      `-/+ queue 300 × t1.q.* ${what} t1.yaml:3–301`,
      `-/+ queue 299 × t2.q.* ${what} t2.yaml:3–301`,
      `-/+ queue t2.q.17 durable true → false, ${what} t2.yaml:18`,
      `-/+ queue 299 × t3.q.* ${what} t3.yaml:3–301`,
      '-/+ queue t3.q.200 arguments.x-max-length 100 → 10 t3.yaml:201',
      `-/+ queue 299 × t4.q.* ${what} t4.yaml:3–301`,
      `-/+ queue t4.q.5 ${what}, arguments.x-overflow none → reject-publish t4.yaml:6`,
      `-/+ queue 300 × t5.q.* ${what} t5.yaml:3–301`,
    ]);
    expect(text.split('\n').slice(-11)).toEqual([
      '',
      '  each of the 1,500 queues that are replaced: gap of about 10 ms (over AMQP in one go): messages published to it meanwhile are not routed here, consumers are cancelled',
      '',
      'By file:',
      ...teams.map((team) => `  ${team}.yaml  300 to replace`),
      '',
      `Plan: 1,500 to replace · 500 unchanged · 0 unmanaged    id ${plan.id}`,
    ]);
  });

  test('and of Markdown', () => {
    const markdown = renderPlanMarkdown(plan);
    expect(rowsOf(markdown)).toHaveLength(8);
    for (const name of odd.keys()) expect(markdown).toContain(`| \`${name}\` |`);
    expect(markdown).toContain('`durable true → false, arguments.x-max-length 100 → 101`');
    expect(markdown).toContain('- `t2.yaml`: 300 to replace');
    expect(markdown.length).toBeLessThan(3_000);
  });
});

describe('a row of its own has', () => {
  const like = numbers(150).map((n) => `q.${n}`);
  const world = (extra: Partial<World> = {}): World => ({
    desired: { 'a.yaml': like.map((name) => queue(name, { 'x-max-length': 2 })) },
    live: like.map((name) => queue(name)),
    ...extra,
  });
  const folded = (steps: number) => new RegExp(`^-/\\+ queue ${steps} × q\\.\\* `);

  test('each delete, however many', async () => {
    const gone = numbers(120).map((n) => queue(`own.${n}`));
    const { live } = world();
    const plan = await planOf(world({ live: [...live, ...gone], own: 'own.*' }));
    const rows = rowsOf(renderPlanText(plan, paint));
    expect(rows[0]).toMatch(folded(150));
    expect(rows.filter((row) => row.startsWith('- queue own.'))).toHaveLength(120);
    expect(rowsOf(renderPlanMarkdown(plan))).toHaveLength(121);
  });

  const held: [string, Depth, string][] = [
    ['messages', { kind: 'known', ready: 7, unacked: 0, consumers: 0 }, '5 messages would be'],
    ['consumers', { kind: 'known', ready: 0, unacked: 0, consumers: 1 }, 'a policy would do it'],
    ['what can’t be counted', { kind: 'unknown', why: 'no AMQP', hint: 'h' }, 'no AMQP'],
  ];
  test.each(held)('a queue with %s, refused or not', async (_what, depth, reason) => {
    const depths = new Map([['queues/%2F/q.77', depth]]);
    const plan = await planOf(world({ depths }));
    const rows = rowsOf(renderPlanText(plan, paint));
    expect(rows.filter((row) => !row.includes('q.77'))).toHaveLength(1);
    expect(rows.find((row) => row.includes('q.77'))).toContain(`refused: ${reason}`);
    const agreed = rowsOf(renderPlanText({ ...plan, refusals: [] }, paint));
    expect(agreed).toHaveLength(2);
    expect(agreed.some((row) => row.startsWith('-/+ queue q.77 '))).toBe(true);
  });

  test('a replacement with more bindings to put back than the others', async () => {
    const live = [...world().live, binding('q.9', 'theirs'), binding('q.9', 'too')];
    const rows = renderPlanText(await planOf(world({ live })), paint).split('\n');
    const at = rows.findIndex((row) => row.includes(' q.9 '));
    expect(rows[at + 1]).toBe('      2 bindings put back, not owned by the files');
  });

  test('a name unlike the others', async () => {
    const { desired } = world();
    const rows = rowsOf(
      renderPlanText(
        await planOf({
          desired: {
            'a.yaml': [...(desired['a.yaml'] ?? []), queue('payments', { 'x-max-length': 2 })],
          },
          live: [],
        }),
        paint,
      ),
    );
    expect(rows).toEqual([
      '+ queue payments durable, x-queue-type classic, x-max-length 2 :152',
      '+ queue 150 × q.* durable, x-queue-type classic, x-max-length 2 :3–151',
    ]);
  });
});

test('new bindings whose keys differ like their queues are similar', async () => {
  const queues = numbers(60).map((n) => queue(`q.${n}`));
  const bindings = numbers(60).map((n) => binding(`q.${n}`, `key.${n}.eu`));
  const plan = await planOf({
    desired: { 'a.yaml': [...queues, ...bindings, binding('q.1', 'key.#')] },
    live: [],
  });
  expect(rowsOf(renderPlanText(plan, paint)).slice(1)).toEqual([
    '+ binding amq.topic → q.1 routing_key key.# :122',
    '+ binding 60 × amq.topic → q.* routing_key key.*.eu :62–121',
  ]);
});

describe("what doesn't fit into a comment", () => {
  const names = numbers(900).map((n) => `own.${'long.'.repeat(20)}${n}`);
  const live = names.map((name, nth) => queue(name, { 'x-max-length': nth }));

  test('is cut, and reported as cut', async () => {
    const desired = { 'a.yaml': live.map((one) => queue('name' in one ? one.name : '')) };
    const gone = numbers(20).map((n) => queue(`own.gone.${n}`));
    const plan = await planOf({ desired, live: [...live, ...gone], own: 'own.*' });
    const markdown = renderPlanMarkdown(plan);
    expect(markdown.length).toBeLessThan(60_001);
    const shown = rowsOf(markdown).length;
    expect(shown).toBeGreaterThan(100);
    expect(rowsOf(markdown).filter((row) => row.startsWith('| delete'))).toHaveLength(20);
    expect(markdown).toContain(`**${920 - shown} rows cut**, as a comment can't be longer: `);
    expect(rowsOf(renderPlanText(plan, paint))).toHaveLength(920);
  });

  test('refusals and warnings, too', async () => {
    const depth: Depth = { kind: 'known', ready: 1, unacked: 0, consumers: 0 };
    const depths = new Map(live.map((one) => [addressOf(one), depth]));
    const plan = await planOf({ desired: { 'a.yaml': [queue('a')] }, live, own: 'own.*', depths });
    const warning = { code: 'c', message: 'w '.repeat(80) };
    const warnings = Array.from({ length: 500 }, () => warning);
    const markdown = renderPlanMarkdown({ ...plan, warnings });
    expect(markdown.length).toBeLessThan(60_001);
    expect(markdown).toMatch(/\*\*… and \d+ more refused\*\*/);
    expect(markdown).toMatch(/\*\*… and \d+ more warnings\*\*/);
    expect(markdown).toMatch(/\d+ × delete queue \(refused\)/);
    expect(markdown).toContain('900 refused');
  });
});

describe('similar names', () => {
  const rows: [string[], string][] = [
    [['t1.q.1', 't1.q.22'], 't1.q.*'],
    [['a1b', 'a2b'], 'a*b'],
    [['q.0f4a9c21', 'q.99fa0012'], 'q.*'],
    [['x-3f2504e0-4f89-11d3-9a0c-0305e82c3301', 'x-00000000-4f89-11d3-9a0c-0305e82c3301'], 'x-*'],
    [['same', 'same'], 'same'],
  ];
  test.each(rows)('%j: %s', (names, pattern) => {
    expect(new Set(names.map(shapeOf)).size).toBe(1);
    expect(patternOf(names)).toBe(pattern);
  });
  test('words are not similar', () => {
    expect(new Set(['deadbeef.eu', 'effaced', 'q.us'].map(shapeOf)).size).toBe(3);
  });
});
