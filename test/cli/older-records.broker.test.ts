// Records that another topo left on the broker or in .topo/unfinished: an older one's is acted on,
// a newer one's is kept.
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { api, env, freshVhost } from '../broker.ts';
import { callTopo } from './topo.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'topo-older-'));
});
afterAll(() => rm(folder, { recursive: true }));

let vhost = '';
/** Where topo runs. */
let home = '';
beforeEach(async () => {
  vhost = await freshVhost();
  home = await mkdtemp(join(folder, 'home-'));
  for (const name of ['theirs', 'idle']) await api('PUT', `queues/${vhost}/${name}`, durable);
  await api('PUT', `exchanges/${vhost}/in`, { ...durable, type: 'fanout', internal: true });
  await api('PUT', `exchanges/${vhost}/hash`, { ...durable, type: 'x-consistent-hash' });
  const yaml = `vhost: ${vhost}\nexchanges: [{ name: new, type: topic }]\n`;
  await writeFile(join(home, 'topology.yaml'), yaml);
});
const durable = { durable: true };

const { cluster_name } = (await api('GET', 'overview')) as { cluster_name: string };
/** As that version of topo wrote it, but for the names. */
async function readText(shape: string): Promise<string> {
  const text = await readFile(new URL(`older-records/${shape}.txt`, import.meta.url), 'utf8');
  return text.trim().replaceAll('VHOST', vhost).replaceAll('CLUSTER', cluster_name);
}

const idOf = (text: string): string => (JSON.parse(text) as { id: string }).id;
const unfinished = () => join(home, '.topo/unfinished');
const places: Record<string, (text: string, args?: object) => Promise<string>> = {
  broker: async (text, args = {}) => {
    const name = `topo.record.${idOf(text)}.1`;
    const mark = { 'x-topo': 'record', 'x-topo-version': 1, 'x-topo-parts': 1 };
    const all = { ...mark, 'x-topo-record': text, ...args };
    await api('PUT', `queues/${vhost}/${name}`, { ...durable, arguments: all });
    return name;
  },
  folder: async (text) => {
    const name = `${idOf(text)}-${Buffer.from(vhost).toString('hex')}.json`;
    await mkdir(unfinished(), { recursive: true, mode: 0o700 });
    await writeFile(join(unfinished(), name), `${text}\n`);
    return name;
  },
};

const topo = (...args: string[]) => callTopo(args, home, env);
const listOf = async <T>(path: string) => (await api('GET', path)) as T[];
const keptThere = async (): Promise<string[]> => {
  const queues = await listOf<{ name: string }>(`queues/${vhost}`);
  const own = queues.map(({ name }) => name).filter((name) => name.startsWith('topo.record.'));
  return [...own, ...(await readdir(unfinished()).catch(() => []))];
};
interface Bound {
  readonly source: string;
  readonly destination: string;
  readonly routing_key: string;
  readonly arguments: object;
}
const bindings = async (): Promise<[string, object][]> =>
  (await listOf<Bound>(`bindings/${vhost}`))
    .filter(({ source }) => source !== '')
    .map((one): [string, object] => [
      `${one.source} → ${one.destination} ${one.routing_key}`,
      one.arguments,
    ])
    .sort(([a], [b]) => (a < b ? -1 : 1));

const note = { big: 2 ** 53, half: 1.5, list: [1, 'é'], note: 1, table: { deep: { er: true } } };
const always: [string, object][] = [
  ['amq.topic → ours o.#', {}],
  ['x → in e2e', {}],
  ['x → theirs b ü', note],
];
const author = ' by guest on build-7, recorded ';
const shapes: { shape: string; more: [string, object][]; told: string }[] = [
  { shape: 'first', more: [['hash → theirs 2', {}]], told: 'recorded ' },
  { shape: 'with-author', more: [], told: author },
  { shape: 'with-unbound', more: [['amq.topic → idle i.#', {}]], told: author },
];
const rows = shapes.flatMap((one) =>
  Object.entries(places).map(([where, keep]) => ({ ...one, where, keep })),
);

test.each(rows)('an older record ($shape) in the $where is acted on', async (row) => {
  const text = await readText(row.shape);
  await row.keep(text);
  const plan = await topo('plan');
  expect(plan, plan.err).toMatchObject({ code: 0 });
  expect(plan.out).toContain(`apply ${idOf(text)}`);
  expect(plan.out).toContain(row.told);
  const applied = await topo('apply', '--yes');
  expect(applied, applied.out + applied.err).toMatchObject({ code: 0 });
  expect(applied.out).toContain(`objects that apply ${idOf(text)}`);
  const args = { 'alternate-exchange': 'amq.fanout', 'note ü': [1, 1.5, { a: 'b' }] };
  expect(await api('GET', `exchanges/${vhost}/x`)).toMatchObject({
    type: 'topic',
    arguments: args,
  });
  const { arguments: limits } = (await api('GET', `queues/${vhost}/ours`)) as Bound;
  expect(limits).toMatchObject({ 'x-max-length': 5 });
  expect(await bindings()).toEqual([...always, ...row.more].sort(([a], [b]) => (a < b ? -1 : 1)));
  expect(await keptThere()).toEqual([]);
});

const newer = 'which this topo does not know: a newer one wrote it';
const changes: { what: string; change: (text: string) => string; why: string }[] = [
  {
    what: 'a field more',
    change: (text) => text.replace('"rings"', '"shovels":[],"rings"'),
    why: `it has the field "shovels", ${newer}`,
  },
  {
    what: 'a field more within',
    change: (text) => text.replace('"before"', '"copies":2,"before"'),
    why: `it has the field "copies", ${newer}`,
  },
  {
    what: 'a later format',
    change: (text) => text.replace('"topo_record":1', '"topo_record":2'),
    why: 'it is of format 2, and this topo reads format 1',
  },
];
const kept = changes.flatMap((one) =>
  Object.entries(places).map(([where, keep]) => ({ ...one, where, keep })),
);

test.each(kept)(
  'a newer record in the $where, with $what, is neither acted on nor deleted',
  async ({ change, why, keep }) => {
    const text = change(await readText('with-unbound'));
    const name = await keep(text);
    // The record may name it.
    const parking = `queues/${vhost}/ours.topo-parking-00000001`;
    const mark = { 'x-topo': 'parking', 'x-topo-since': 1_000 };
    await api('PUT', parking, { ...durable, arguments: mark });
    for (const args of [['plan', '--fail-on-refused'], giveUp(text)]) {
      const ended = await topo(...args);
      expect(ended, ended.out + ended.err).toMatchObject({ code: 4 });
      expect(ended.out).toMatch(new RegExp(`refused: (queue|file) \\S*${name} says what an apply`));
      expect(ended.out).toContain(`can't be read: ${why}\n      apply with the topo that wrote it`);
      expect(ended.out).toContain('Apply writes nothing while anything is refused.\n');
    }
    expect(await bindings()).toEqual([]);
    expect(await keptThere()).toEqual([name]);
    await api('GET', parking);
    await expect(api('GET', `exchanges/${vhost}/new`)).rejects.toThrow('404');
  },
);
const giveUp = (text: string) => ['apply', '--yes', '--give-up', idOf(text), '--only', 'create'];
