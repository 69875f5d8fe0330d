// Takes a batch of cases through their lives, and compares topo with the broker at each stage.
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { authorizationOf } from '../broker-of.ts';
import { broker, whileVhostsGo } from '../broker.ts';
import { isBefore } from '../version.ts';
import { wrongIn } from './changes.ts';
import {
  asExported,
  forImport,
  merged,
  ours,
  renamed,
  toText,
  whole,
  type Definitions,
} from './definitions.ts';
import type { Case } from './draw.ts';
import { ownDefinitions, ownYaml } from './exports.ts';
import { grouped } from './grouped.ts';
import { lossesOf, streamsOf } from './losses.ts';
import { Runs } from './runs.ts';
import { differenceOf, readState } from './state.ts';
import { sweep } from './sweep.ts';

export async function liveThrough(cases: readonly Case[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'topo-exact-'));
  const prefix = `exact-${randomUUID().slice(0, 8)}-`;
  try {
    await new Lives(grouped(cases), folder, prefix).run();
  } finally {
    await sweep(prefix);
    await rm(folder, { recursive: true });
  }
}

/**
 * `a` is what topo applies, `b` what RabbitMQ imports, `c` what topo makes of its export, `d` what
 * RabbitMQ makes of it.
 */
type Copy = 'a' | 'b' | 'c' | 'd';

class Lives {
  readonly #cases: readonly Case[];
  readonly #folder: string;
  readonly #prefix: string;
  readonly #topo: Runs;

  constructor(cases: readonly Case[], folder: string, prefix: string) {
    this.#cases = cases;
    this.#folder = folder;
    this.#prefix = prefix;
    this.#topo = new Runs(folder);
  }

  async run(): Promise<void> {
    await this.#create();
    await this.#rebuild();
    await this.#edit();
    await this.#destroy();
  }

  async #create(): Promise<void> {
    const before = await this.#writeSide('before');
    await this.#topo.apply(before);
    await this.#expectInSync(before);
    await this.#import(this.#bodyOf('before'));
    await this.#expectEqual('a', 'b');
  }

  async #rebuild(): Promise<void> {
    const own = this.#named('a');
    const yaml = ownYaml(await this.#topo.export('yaml'), own);
    const [file = ''] = await this.#write('exported', [yaml.replaceAll(own, this.#named('c'))]);
    await this.#topo.apply([file]);
    await this.#expectInSync([file]);
    await this.#expectEqual('a', 'c');
    const definitions = ownDefinitions(await this.#topo.export('definitions'), own);
    await this.#import(definitions.replaceAll(own, this.#named('d')));
    await this.#expectEqual('a', 'd');
  }

  async #edit(): Promise<void> {
    const after = await this.#writeSide('after');
    const sides = ['before', 'after'] as const;
    const [was, is] = sides.map((side) => whole(this.#all(side))) as [Definitions, Definitions];
    expect(wrongIn(await this.#topo.plan(...after), was, is)).toEqual({ missing: [], others: [] });
    await this.#topo.apply(after, lossesOf(was, is));
    await this.#expectInSync(after);
    await sweep(this.#named('b'));
    await this.#import(this.#bodyOf('after'));
    await this.#expectEqual('a', 'b');
  }

  /** First what is in the vhosts, which would go along with them. */
  async #destroy(): Promise<void> {
    const streams = streamsOf(this.#all('after'));
    const texts = this.#cases.map(({ after }, index) => {
      const { vhosts, ...inside } = this.#of(after.definitions, 'a', index);
      return [toText({ vhost: vhosts[0]?.['name'], ...inside }), toText({ vhosts })] as const;
    });
    const inside = await this.#write(
      'inside',
      texts.map(([text]) => text),
    );
    const { refusals } = await this.#topo.plan(...inside, '--destroy');
    expect(refusals.map(({ address }) => address).sort()).toEqual(streams.toSorted());
    await this.#topo.destroy(inside, streams);
    const left = await readState(this.#named('a'));
    expect(left.filter((line) => !isOfVhost(line))).toEqual([]);
    await this.#topo.destroy(
      await this.#write(
        'vhosts',
        texts.map(([, text]) => text),
      ),
    );
    expect(await readState(this.#named('a'))).toEqual([]);
  }

  #named(copy: Copy, index: number | string = ''): string {
    return `${this.#prefix}${copy}${index === '' ? '' : `${index}.`}`;
  }

  #of(definitions: Definitions, copy: Copy, index: number): Definitions {
    return renamed(definitions, ours, this.#named(copy, index));
  }

  #all(side: 'before' | 'after', copy: Copy = 'a'): Definitions {
    return merged(this.#cases.map((one, index) => this.#of(one[side].definitions, copy, index)));
  }

  /** Files that own all that can be a case's. */
  #writeSide(side: 'before' | 'after'): Promise<string[]> {
    const texts = this.#cases.map((one, index) => {
      const { definitions, isExport } = one[side];
      const own = this.#of(definitions, 'a', index);
      const names = [`${this.#named('a', index)}*`];
      const vhost = own.vhosts[0]?.['name'];
      return toText({ vhost, manage: owning(names), ...(isExport ? asExported(own) : own) });
    });
    return this.#write(side, texts);
  }

  #write(name: string, texts: readonly string[]): Promise<string[]> {
    return Promise.all(
      texts.map(async (text, index) => {
        const file = join(this.#folder, `${name}-${index}.yaml`);
        await writeFile(file, text);
        return file;
      }),
    );
  }

  async #expectInSync(files: readonly string[]): Promise<void> {
    const { steps, refusals } = await this.#topo.plan(...files);
    expect({ steps, refusals }).toEqual({ steps: [], refusals: [] });
  }

  #bodyOf(side: 'before' | 'after'): string {
    return toText(forImport(this.#all(side, 'b'), { isTyped: isBefore(4) }));
  }

  async #import(body: string): Promise<void> {
    const headers = { authorization: authorizationOf(broker), 'content-type': 'application/json' };
    const answer = await whileVhostsGo(() =>
      fetch(`${broker.endpoint}/api/definitions`, { method: 'POST', headers, body }),
    );
    expect(answer.ok, await answer.text()).toBe(true);
  }

  async #expectEqual(...copies: readonly [Copy, Copy]): Promise<void> {
    const [left = [], right = []] = await Promise.all(
      copies.map((copy) => readState(this.#named(copy))),
    );
    expect(differenceOf(left, right)).toEqual({ only: [], lacks: [] });
  }
}

const owning = (own: readonly string[]): object => {
  const all = ['*'];
  return {
    vhosts: own,
    users: own,
    permissions: own,
    topic_permissions: own,
    global_parameters: own,
    exchanges: all,
    queues: all,
    policies: all,
    operator_policies: all,
    parameters: all,
  };
};

/** The vhost itself, its limits, and what RabbitMQ grants to the user who made it. */
const isOfVhost = (line: string): boolean =>
  line.startsWith('vhost: ') ||
  line.includes('"component":"vhost-limits"') ||
  (/^permissions?\b/.test(line) && line.includes(`"user":"${broker.username}"`));
