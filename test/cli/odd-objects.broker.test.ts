// One object that an import stored with nonsense in a field affects only itself: all others are
// planned, applied and exported.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Plan } from '../../src/reconcile/step.ts';
import { atEnd } from '../at-end.ts';
import { api, env, freshVhost } from '../broker.ts';
import { firstOf } from '../sample.ts';
import { isBefore } from '../version.ts';
import { callTopo } from './topo.ts';

let vhost = '';
let folder = '';

const topo = (...args: string[]) => callTopo(args, folder, env);
const file = (text: string) => writeFile(join(folder, 'topology.yaml'), `vhost: ${vhost}\n${text}`);
const planned = async (): Promise<Plan> => {
  const { out, err } = await topo('plan', '--format', 'json');
  expect(err).not.toContain('error');
  return JSON.parse(out) as Plan;
};
const warningsOf = ({ warnings }: Plan): string[] =>
  warnings.map(({ message }) => message.replaceAll(vhost, 'VHOST'));

const sound = { durable: true, auto_delete: false, internal: false, arguments: {} };
const queue = (name: string) => ({ name, durable: true, auto_delete: false, arguments: {} });
const bound = (source: unknown, destination: unknown, routing_key: unknown, type = 'queue') => ({
  source,
  destination,
  destination_type: type,
  routing_key,
  arguments: {},
});

/** What an import brings to a new vhost, beside a sound exchange, a queue and a binding. */
async function bring({ exchanges = [], queues = [], bindings = [] }: Definitions): Promise<void> {
  vhost = await freshVhost();
  folder = await mkdtemp(join(tmpdir(), 'topo-odd-'));
  const made = folder;
  atEnd(() => rm(made, { recursive: true }));
  await api('POST', `definitions/${vhost}`, {
    exchanges: [{ ...sound, name: 'good', type: 'direct' }, ...exchanges],
    queues: [queue('q'), ...queues],
    bindings: [bound('good', 'q', 'k'), ...bindings],
  });
}
interface Definitions {
  readonly exchanges?: readonly object[];
  readonly queues?: readonly object[];
  readonly bindings?: readonly object[];
}
const declared = `
exchanges:
  - { name: good, type: direct }
queues:
  - { name: q, type: classic }
  - { name: new, type: classic }
bindings:
  - { source: good, destination: q, routing_key: k }
`;

const untold = { durable: true, internal: false, arguments: {} };
/**
 * The fields that are odd after an import without auto_delete; from 4.3 on it is false then, and
 * only null is stored as it is.
 */
const unheld = isBefore(4, 3) ? untold : { ...sound, auto_delete: null };
const odd = { ...unheld, name: 'odd', type: 'direct' };

interface Oddity {
  readonly what: string;
  readonly definitions: Definitions;
  readonly named: string;
  /** Whether an import brings it: later versions refuse it, or make it sound. */
  readonly isMade?: boolean;
  /** Whether the broker's own export shows it. */
  readonly isExported?: boolean;
}
const oddities: Oddity[] = [
  {
    what: 'an exchange without auto_delete',
    definitions: { exchanges: [{ ...untold, name: 'odd', type: 'direct' }] },
    named: 'exchange "odd" in vhost "VHOST" has auto_delete "undefined"',
    isMade: isBefore(4, 3),
    isExported: isBefore(4),
  },
  {
    what: 'an exchange whose auto_delete is null',
    definitions: { exchanges: [{ ...sound, auto_delete: null, name: 'odd', type: 'direct' }] },
    named: 'exchange "odd" in vhost "VHOST" has auto_delete null',
  },
  {
    what: 'an exchange whose internal is a text',
    definitions: { exchanges: [{ ...sound, internal: 'false', name: 'odd', type: 'direct' }] },
    named: 'exchange "odd" in vhost "VHOST" has internal "false"',
    isExported: isBefore(4, 3),
  },
  {
    what: 'an exchange whose internal is a list',
    definitions: { exchanges: [{ ...sound, internal: [], name: 'odd', type: 'direct' }] },
    named: 'exchange "odd" in vhost "VHOST" has internal []',
    isExported: isBefore(4, 3),
  },
  {
    what: 'an exchange whose name is a number',
    definitions: { exchanges: [{ ...sound, name: 5, type: 'direct' }] },
    named: 'exchange "5" in vhost "VHOST" has name 5',
    isMade: isBefore(4),
  },
  ...[null, 5, true, 1.5, []].map((key) => ({
    what: `a binding with the key ${JSON.stringify(key)}`,
    definitions: { bindings: [bound('good', 'q', key)] },
    named: `binding "good" → "q" in vhost "VHOST" has routing_key ${JSON.stringify(key)}`,
    isMade: key === null || key === true || isBefore(4, 3),
  })),
  {
    what: 'a binding to an exchange whose name is a number',
    definitions: {
      exchanges: [{ ...sound, name: 5, type: 'direct' }],
      bindings: [bound('good', 5, '', 'exchange')],
    },
    named: 'binding "good" → exchange "5" in vhost "VHOST" has destination 5',
    isMade: isBefore(4),
  },
];
const isMade = ({ isMade = true }: Oddity): boolean => isMade;
const isRefused = (oddity: Oddity): boolean => !isMade(oddity);
describe.each(firstOf(oddities.filter(isMade), 12))('beside $what', besideIt);
// They count as skipped: the RabbitMQ that is tested does not import them.
describe.skip.each(oddities.filter(isRefused))('beside $what', besideIt);

function besideIt({ definitions, named, isExported = true }: Oddity): void {
  const count = Object.values(definitions).flat().length;

  describe('and nothing is written', () => {
    beforeAll(() => bring(definitions));

    test('the others are planned, and it is named and counted as unmanaged', async () => {
      await file(declared);
      const plan = await planned();
      expect(plan.steps.map(({ address }) => address)).toEqual([`queues/${vhost}/new`]);
      expect(plan.summary).toMatchObject({ unchanged: 3, unmanaged: count });
      expect(warningsOf(plan)).toEqual(
        expect.arrayContaining([expect.stringContaining(named)] as unknown[]),
      );
    });

    test('the others are exported, and it is named', async () => {
      const { code, out, err } = await topo('export', '--vhost', vhost);
      expect(code).toBe(0);
      expect(out).toContain('name: good');
      expect(out).toContain('routing_key: k');
      expect(err.replaceAll(vhost, 'VHOST')).toContain(named);
    });

    test('the other vhosts of the files are planned', async () => {
      const other = await freshVhost();
      await file(
        `${declared}  - { vhost: ${other}, source: amq.direct, destination: amq.fanout, destination_type: exchange }\n`,
      );
      const { summary } = await planned();
      expect(summary).toMatchObject({ create: 2, unchanged: 3 });
    });

    test("the broker's own export of it is a valid file, and changes nothing sound", async () => {
      const definitions = (await api('GET', `definitions/${vhost}`)) as object;
      await writeFile(join(folder, 'topology.yaml'), JSON.stringify({ vhost, ...definitions }));
      const { code, err } = await topo('validate');
      expect([code, err]).toEqual([0, isExported ? expect.stringContaining('warning') : '']);
      const { steps } = await planned();
      expect(steps.filter(({ address }) => !address.includes('odd'))).toEqual([]);
    });
  });

  test('not even a file that owns the whole vhost deletes it', async () => {
    await bring(definitions);
    await file(`manage: all\n${declared}`);
    const plan = await planned();
    expect(plan.steps.map(({ address }) => address)).toEqual([`queues/${vhost}/new`]);
    const { code, out } = await topo('apply', '--yes');
    expect([code, out]).toEqual([0, expect.stringContaining('read again: the broker matched at ')]);
  });
}

test('a declared exchange that is odd is replaced, and keeps its bindings', async () => {
  await bring({
    exchanges: [odd],
    bindings: [bound('odd', 'q', 'k')],
  });
  await file('exchanges:\n  - { name: odd, type: direct }\n');
  expect((await topo('plan')).out).toMatch(/auto_delete (undefined|null) → false/);
  await topo('plan', '--out', 'plan.json');
  const { code, out } = await topo('apply', 'plan.json', '--yes');
  expect([code, out]).toEqual([0, expect.stringContaining('1 replaced')]);
  expect(await api('GET', `exchanges/${vhost}/odd`)).toMatchObject({ auto_delete: false });
  expect(await api('GET', `bindings/${vhost}/e/odd/q/q`)).toHaveLength(1);
});

test('what would take a binding along that can not be put back is refused', async () => {
  await bring({ bindings: [bound('good', 'q', null)] });
  await file('exchanges:\n  - { name: good, type: fanout }\n');
  const { refusals } = await planned();
  expect(refusals).toMatchObject([{ code: 'odd', address: `exchanges/${vhost}/good` }]);
  expect((await topo('apply', '--yes')).code).toBe(4);
  expect(await api('GET', `bindings/${vhost}/e/good/q/q`)).toHaveLength(2);
});

test('a queue that only an odd binding leads to goes with it', async () => {
  await bring({ queues: [queue('old')], bindings: [bound('good', 'old', true)] });
  await file(`manage: { queues: [old] }\n${declared}`);
  const { code } = await topo('apply', '--yes');
  expect(code).toBe(0);
  expect(await api('GET', `bindings/${vhost}/e/good/q/q`)).toHaveLength(1);
});

test('a queue that is bound to an odd exchange keeps its messages: RabbitMQ empties it, and deletes nothing', async () => {
  await bring({
    exchanges: [odd],
    queues: [queue('old')],
    bindings: [bound('odd', 'old', 'k')],
  });
  await file(`manage: { queues: [old] }\n${declared}`);
  const { refusals } = await planned();
  expect(refusals).toMatchObject([
    {
      code: 'odd',
      address: `queues/${vhost}/old`,
      hint: expect.stringContaining('--target odd') as unknown,
    },
  ]);
  await file(
    `manage: { queues: [old] }\n${declared.replace('queues:', '  - { name: odd, type: direct }\nqueues:')}`,
  );
  expect((await topo('apply', '--yes')).code).toBe(4);
  expect((await topo('apply', '--yes', '--target', 'odd')).code).toBe(0);
  expect((await topo('apply', '--yes')).code).toBe(0);
  expect(((await api('GET', `queues/${vhost}`)) as object[]).length).toBe(2);
});

test('what is odd is left out of an export, or written as RabbitMQ takes it', async () => {
  await bring({
    exchanges: [odd],
    bindings: [bound('odd', 'q', 'k'), bound('odd', 'q', isBefore(4, 3) ? 5 : true)],
  });
  await topo('export', '--vhost', vhost, '--output', 'out.yaml');
  const text = await readFile(join(folder, 'out.yaml'), 'utf8');
  expect(text).toContain('- name: odd\n    type: direct\n');
  expect(text).not.toContain('undefined');
  expect(text).not.toMatch(/routing_key: .?(5|true)/);
  // As long as it is bound, 4.0.5 answers 500 to the DELETE of the vhost.
  await api('DELETE', `exchanges/${vhost}/odd`);
});

test('of many that are odd, the first few are named and the others counted', async () => {
  const exchanges = Array.from({ length: 30 }, (_, n) => ({
    ...odd,
    name: `odd-${n}`,
  }));
  await bring({ exchanges });
  await file(declared);
  const warnings = warningsOf(await planned());
  expect(warnings).toHaveLength(11);
  expect(warnings.at(-1)).toContain('20 more');
});
