// Reads killed-plans.yaml, and applies, kills and judges its plans.
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Broker } from '../broker-of.ts';
import { inVhost } from '../broker.ts';
import {
  directly,
  runUntil,
  type Killed,
  type Point,
  type Reached,
  type Way,
} from './killed-apply.ts';
import { Ground, type Definitions } from './killed-standing.ts';
import { runTopo } from './topo.ts';

export interface KilledPlan {
  readonly name: string;
  readonly before: Definitions;
  readonly messages?: Readonly<Record<string, number>>;
  readonly topology: string;
  readonly flags?: readonly string[];
  /** `apply` if left out. With two, the first one saves its plan. */
  readonly run?: readonly string[];
  /** What is in a quorum queue can only be counted over AMQP. */
  readonly way?: Way;
  /** An earlier run was killed at this point. */
  readonly earlier?: number;
  /** Users that can log in at the end, with a password of `secrets`. */
  readonly logins?: Readonly<Record<string, keyof typeof secrets>>;
}

const secrets = { FIRST_PASSWORD: 'correct horse' } as const;
const text = await readFile(new URL('killed-plans.yaml', import.meta.url), 'utf8');

const numbers = Array.from({ length: 60 }, (_, n) => n + 1);
const sixtyQueues: KilledPlan = {
  name: 'sixty quorum queues are replaced, each with a binding of others',
  way: 'over AMQP',
  before: {
    queues: numbers.map((n) => ({ name: `q${n}`, arguments: { 'x-queue-type': 'quorum' } })),
    bindings: numbers.map((n) => ({
      ...{ source: 'amq.topic', destination: `q${n}`, routing_key: `theirs.${n}` },
    })),
  },
  topology: `queues:
  - { for_each: { n: '1..60' }, name: 'q\${n}', type: quorum, arguments: { x-max-length: 5 } }
`,
};

export const killedPlans: readonly KilledPlan[] = [...(parse(text) as KilledPlan[]), sixtyQueues];

export function planOf(name: string): KilledPlan {
  const found = killedPlans.find((plan) => plan.name === name);
  if (found === undefined) throw new Error(`there is no plan ${name}`);
  return found;
}

/** With the names of this vhost and the broker's user. */
const planIn = (vhost: string, { username }: Broker, plan: KilledPlan): KilledPlan =>
  JSON.parse(
    JSON.stringify(plan).replaceAll('VHOST', vhost).replaceAll('"USER"', `"${username}"`),
  ) as KilledPlan;

/** Where a plan is run. */
export interface Site {
  readonly at: Broker;
  readonly way: Way;
  readonly folder: string;
}

/** A plan in its own vhost, ready to be run. */
class Bed {
  readonly #plan: KilledPlan;
  readonly #site: Site;
  readonly #ground: Ground;
  #args: readonly string[] = [];
  before: readonly string[] = [];

  constructor(plan: KilledPlan, site: Site, ground: Ground) {
    this.#plan = plan;
    this.#site = site;
    this.#ground = ground;
  }

  async arrange(vhost: string): Promise<void> {
    const { before, messages = {}, topology, flags = [], run = ['apply'], earlier } = this.#plan;
    await this.#ground.arrange(before, messages);
    this.before = await this.standing();
    const [file, saved] = ['yaml', 'json'].map((end) => join(this.#site.folder, `${vhost}.${end}`));
    await writeFile(file ?? '', `vhost: ${vhost}\n${topology}`);
    const [first = '', second] = run;
    if (second === undefined) this.#args = [first, file ?? '', ...flags, '--yes'];
    else {
      await this.#savePlan([first, file ?? '', '--out', saved ?? '']);
      this.#args = [second, saved ?? '', ...flags, '--yes'];
    }
    if (earlier !== undefined) await this.run({ point: { nth: earlier, place: 'after' } });
  }

  async #savePlan(args: readonly string[]): Promise<void> {
    const { at, way, folder } = this.#site;
    const { code, err } = await runTopo(args, folder, { ...directly(way, at), ...secrets });
    if (code !== 0) throw new Error(`${this.#plan.name}: no plan was saved: ${err}`);
  }

  /** From a folder of its own, as in CI. */
  async run({ point, ...more }: Faulted = {}): Promise<Killed> {
    const cwd = await mkdtemp(join(this.#site.folder, 'elsewhere-'));
    const flags = more.flags ?? [];
    return runUntil(point, [...this.#args, ...flags], { ...this.#site, ...more, cwd, secrets });
  }

  standing(): Promise<string[]> {
    const logins = Object.entries(this.#plan.logins ?? {});
    return this.#ground.standing(logins.map(([user, secret]) => [user, secrets[secret]] as const));
  }
}

interface Faulted {
  readonly point?: Point;
  /** Happens at the point, where topo is not killed. */
  readonly instead?: (run: Reached) => void;
  readonly flags?: readonly string[];
}

export const inBed = <T>(plan: KilledPlan, site: Site, use: (bed: Bed) => Promise<T>): Promise<T> =>
  inVhost(async (vhost) => {
    const ground = new Ground(site.at, vhost);
    const bed = new Bed(planIn(vhost, site.at, plan), site, ground);
    try {
      await bed.arrange(vhost);
      return await use(bed);
    } finally {
      await ground.clear();
    }
  }, site.at);

export interface Whole {
  /** How much a run says that is not killed. */
  readonly said: number;
  /** What stands at its end. */
  readonly wanted: readonly string[];
}

/** Runs it with nothing in its way, and checks that it is a plan worth killing. */
export const runWhole = (plan: KilledPlan, site: Site): Promise<Whole> =>
  inBed(plan, site, async (bed) => {
    const { said, ended } = await bed.run();
    const wanted = await bed.standing();
    const again = await bed.run();
    const isDone = again.ended.out.includes('nothing to do');
    const theirs = bed.before.filter((text) => text.includes('theirs') && !wanted.includes(text));
    const wrong = [
      ...(ended.code === 0 ? [] : [`ended with ${ended.code}: ${ended.out}${ended.err}`]),
      ...(isDone && again.ended.code === 0 ? [] : [`does not converge: ${again.ended.out}`]),
      ...theirs.map((text) => `not kept: ${text}`),
      ...(wanted.join() === bed.before.join() ? ['changes nothing'] : []),
    ];
    if (wrong.length > 0) throw new Error(`${plan.name} ${site.way}: ${wrong.join('; ')}`);
    return { said, wanted };
  });

export interface Fared {
  /** Where it was killed. */
  readonly kills: readonly string[];
  readonly wrong: readonly string[];
}

/** Kills it at each of the points in turn, then runs it to the end; and says what is wrong then. */
export const killAndRun = (
  plan: KilledPlan,
  site: Site,
  points: readonly Point[],
  wanted: readonly string[],
): Promise<Fared> =>
  inBed(plan, site, async (bed) => {
    const kills: (string | undefined)[] = [];
    for (const point of points) kills.push((await bed.run({ point })).at);
    const { ended } = await bed.run();
    const wrong = [
      ...(ended.code === 0 ? [] : [`ended with ${ended.code}: ${ended.out}${ended.err}`]),
      ...differences(wanted, await bed.standing()),
    ];
    return { kills: kills.filter((at) => at !== undefined), wrong };
  });

export const differences = (wanted: readonly string[], found: readonly string[]): string[] => [
  ...wanted.filter((text) => !found.includes(text)).map((text) => `missing: ${text}`),
  ...found.filter((text) => !wanted.includes(text)).map((text) => `left: ${text}`),
];
