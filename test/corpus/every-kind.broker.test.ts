// Everything that a broker can hold goes onto an empty broker from the broker's own definitions, of
// the same version and of older ones.
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isWithin } from '../../src/topology/versions.ts';
import { authorizationOf, type Broker } from '../broker-of.ts';
import { callTopo } from '../cli/topo.ts';
import { toValue, type Entry } from '../exact/definitions.ts';
import { version } from '../version.ts';
import { empty, takeEmptyBroker } from './empty-broker.ts';
import { fillWithEveryKind } from './every-kind.ts';
import { linesOfDefinitions, readHeld } from './held.ts';
import { without, type Finding } from './findings.ts';
import { see, type Seen } from './see.ts';

let at: Broker;
let folder = '';
let file = '';
beforeAll(async () => {
  at = await takeEmptyBroker();
  folder = await mkdtemp(join(tmpdir(), 'topo-every-kind-'));
  file = join(folder, 'definitions.json');
}, 120_000);
afterAll(() => rm(folder, { recursive: true }));

async function readDefinitions(): Promise<string> {
  const headers = { authorization: authorizationOf(at) };
  return (await fetch(`${at.endpoint}/api/definitions`, { headers })).text();
}

/** 3.10 exports nothing of a vhost but its name. */
async function readExported(): Promise<string[]> {
  const lines = await readHeld(at);
  return isWithin(version, { since: '3.11' })
    ? lines
    : lines.filter((line) => !line.startsWith('vhosts:'));
}

const topo = (...args: readonly string[]) =>
  callTopo([...args], folder, {
    RABBITMQ_ENDPOINT: at.endpoint,
    RABBITMQ_USERNAME: at.username,
    RABBITMQ_PASSWORD: at.password,
    AMQP_URL: at.amqpUrl,
  });

/** Definitions of brokers that fillWithEveryKind has filled, without users of the test's own. */
const recorded = new URL('exports/', import.meta.url).pathname;
const versions = (await readdir(recorded)).map((name) => name.replace('.json', ''));
const readRecorded = (of: string) => readFile(join(recorded, `${of}.json`), 'utf8');
const linesIn = (text: string, reader = '') =>
  linesOfDefinitions(toValue(text) as Readonly<Record<string, unknown>>, reader).sort();

test("the broker's own definitions come back equal", async () => {
  await fillWithEveryKind(at);
  const definitions = await readDefinitions();
  const before = await readExported();
  await empty(at);
  await writeFile(file, definitions);
  const { code, err, out } = await topo('apply', file, '--yes');
  expect([code, `${out}${err}`.match(/.*(?:failed|error):.*/g)]).toEqual([0, null]);
  expect(await readExported()).toEqual(before);
  expect((await topo('plan', file, '--detailed-exitcode')).code).toBe(0);
  await empty(at);
  // Other versions take these.
  if (versions.includes(version))
    expect(linesIn(definitions, at.username)).toEqual(linesIn(await readRecorded(version)));
}, 60_000);

const older = versions.filter((one) => isWithin(one, { until: version }));

test.each(older)(
  'those of %s come, but for what topo check-upgrade lists',
  { timeout: 120_000, meta: { slow: 'each key that is refused is tried alone' } },
  async (from) => {
    const whole = JSON.parse(await readRecorded(from)) as Readonly<Record<string, Entry[]>>;
    const refused = await findRefused(join(recorded, `${from}.json`));
    await writeFile(file, JSON.stringify(without(whole, refused)));
    const { applied, again, imported, only } = await see(file, undefined, at);
    expect([applied.code, again?.code, imported.status, only]).toEqual([
      ...[0, 0, 204],
      { import: [], topo: [] },
    ]);
    for (const one of refused) {
      const others = refused.filter((other) => other !== one);
      await writeFile(file, JSON.stringify(without(whole, others)));
      const seen = await see(file, undefined, at);
      expect([seen.applied.code, seen.wrote, isTaken(one, seen)]).toEqual([3, [], false]);
    }
  },
);

/** Whether an import makes it: of some queues, it says nothing and leaves them out. */
function isTaken({ object }: Finding, { imported, only }: Seen): boolean {
  const [section = '', name = ''] = object.address.split(/\/(?:.*\/)?/);
  const isIt = (line: string) =>
    line.startsWith(`definitions ${section}:`) && line.includes(`"name":"${name}"`);
  return imported.status === 204 && only.import.some(isIt);
}

async function findRefused(of: string): Promise<Finding[]> {
  const { out } = await topo('check-upgrade', of, '--to', version, '--format', 'json');
  const { findings } = JSON.parse(out) as { findings: Finding[] };
  return findings.filter(({ effect }) => effect === 'refused');
}
