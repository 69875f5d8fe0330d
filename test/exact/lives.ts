// Takes a batch of cases through their lives, and compares topo with the broker at each stage.
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { authorizationOf, type Broker } from '../broker-of.ts';
import { whileVhostsGo } from '../broker.ts';
import { callTopo } from '../cli/topo.ts';
import { changesBetween, changesOf, type PlanJson } from './changes.ts';
import {
  forImport,
  merged,
  nth,
  ours,
  renamed,
  sections,
  toText,
  toValue,
  whole,
  type Definitions,
  type Entry,
} from './definitions.ts';
import type { Case } from './draw.ts';
import { readState } from './state.ts';
import { sweep } from './sweep.ts';

const casesInAVhost = 10;

/** Several cases share a vhost: it takes longer to make than all that is in it. */
function grouped(cases: readonly Case[]): Case[] {
  const count = Math.ceil(cases.length / casesInAVhost);
  return Array.from({ length: count }, (_, index) => {
    const own = cases
      .slice(index * casesInAVhost, (index + 1) * casesInAVhost)
      .map((one, at) => renamed(one, nth, at === 0 ? '' : String(at)));
    const side = (name: keyof Case): Definitions => {
      const all = own.map((one) => one[name]);
      return { ...merged(all), vhosts: all[0]?.vhosts ?? [] };
    };
    return { before: side('before'), after: side('after') };
  });
}

export async function liveThrough(cases: readonly Case[], at: Broker): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'topo-exact-'));
  const prefix = `exact-${randomUUID().slice(0, 8)}-`;
  try {
    await new Lives(grouped(cases), at, folder, prefix).run();
  } finally {
    await sweep(prefix, at);
    await rm(folder, { recursive: true });
  }
}

/** `a` is what topo applies, `b` what RabbitMQ imports, `c` what topo makes of its export. */
type Copy = 'a' | 'b' | 'c';

class Lives {
  readonly #cases: readonly Case[];
  readonly #at: Broker;
  readonly #folder: string;
  readonly #prefix: string;

  constructor(cases: readonly Case[], at: Broker, folder: string, prefix: string) {
    this.#cases = cases;
    this.#at = at;
    this.#folder = folder;
    this.#prefix = prefix;
  }

  async run(): Promise<void> {
    const before = await this.#write('before', ({ before }) => before);
    await this.#apply(before);
    await this.#expectInSync(before);
    await this.#import('before');
    await this.#expectEqual('a', 'b');
    const rebuilt = await this.#exported();
    await this.#apply([rebuilt]);
    await this.#expectInSync([rebuilt]);
    await this.#expectEqual('a', 'c');
    const after = await this.#write('after', ({ after }) => after);
    await this.#expectExactly(after);
    await this.#apply(after);
    await this.#expectInSync(after);
    await sweep(`${this.#prefix}b`, this.#at);
    await this.#import('after');
    await this.#expectEqual('a', 'b');
    const nothing = await this.#writeFiles('nothing', (index) => this.#owner('a', index));
    await this.#apply(nothing);
    expect(await readState(`${this.#prefix}a`, this.#at)).toEqual([]);
  }

  #ours(copy: Copy, index: number | string = ''): string {
    return `${this.#prefix}${copy}${index}.`;
  }

  /** Owns all that can be a case's. */
  #owner(copy: Copy, index: number): object {
    const own = [`${this.#ours(copy, index)}*`];
    const all = ['*'];
    const manage = {
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
    return { vhost: `${this.#ours(copy, index)}vhost`, manage };
  }

  #write(name: string, side: (one: Case) => Definitions): Promise<string[]> {
    return this.#writeFiles(name, (index, one) => {
      const definitions = renamed(side(one), ours, this.#ours('a', index));
      return { ...this.#owner('a', index), ...definitions };
    });
  }

  #writeFiles(name: string, content: (index: number, one: Case) => object): Promise<string[]> {
    return Promise.all(
      this.#cases.map(async (one, index) => {
        const file = join(this.#folder, `${name}-${index}.json`);
        await writeFile(file, toText(content(index, one)));
        return file;
      }),
    );
  }

  async #topo(...args: string[]): Promise<string> {
    const { endpoint, username, password, amqpUrl } = this.#at;
    const { code, out, err } = await callTopo([...args, '--quiet'], this.#folder, {
      RABBITMQ_ENDPOINT: endpoint,
      RABBITMQ_USERNAME: username,
      RABBITMQ_PASSWORD: password,
      AMQP_URL: amqpUrl,
    });
    expect(code, `${args[0] ?? ''}: ${blame(out)}\n${err.slice(-6_000)}`).toBe(0);
    return out;
  }

  #apply(files: readonly string[]): Promise<string> {
    const losses = this.#losses().flatMap((one) => ['--allow-message-loss', `${one}=all`]);
    return this.#topo('apply', ...files, '--yes', '--allow-deletes', '1000000', ...losses);
  }

  /** Streams can't be counted, and some exchanges go to which others send on. */
  #losses(): string[] {
    return this.#cases.flatMap(({ before }, index) => {
      const vhost = `${this.#ours('a', index)}vhost`;
      const named = before.exchanges.map(({ name }) => encodeURIComponent(String(name)));
      return [`queues/${vhost}/*`, ...named.map((name) => `exchanges/${vhost}/${name}`)];
    });
  }

  async #plan(files: readonly string[]): Promise<PlanJson> {
    return toValue(await this.#topo('plan', ...files, '--format', 'json')) as PlanJson;
  }

  async #expectInSync(files: readonly string[]): Promise<void> {
    const { steps, refusals } = await this.#plan(files);
    expect({ steps, refusals }).toEqual({ steps: [], refusals: [] });
  }

  async #import(side: keyof Case): Promise<void> {
    const all = this.#cases.map((one, index) => renamed(one[side], ours, this.#ours('b', index)));
    const body = toText(forImport(merged(all)));
    const headers = {
      authorization: authorizationOf(this.#at),
      'content-type': 'application/json',
    };
    const answer = await whileVhostsGo(() =>
      fetch(`${this.#at.endpoint}/api/definitions`, { method: 'POST', headers, body }),
    );
    expect(answer.ok, await answer.text()).toBe(true);
  }

  async #expectEqual(...copies: readonly [Copy, Copy]): Promise<void> {
    const [left, right] = await Promise.all(
      copies.map(async (copy) => {
        const own = `${this.#prefix}${copy}`;
        const lines = await readState(own, this.#at);
        return lines.map((line) => withoutHash(line.replaceAll(own, ''), copies)).sort();
      }),
    );
    expect({ only: without(left, right), lacks: without(right, left) }).toEqual({
      only: [],
      lacks: [],
    });
  }

  /** What topo exports of the cases, under the names of copy c. */
  async #exported(): Promise<string> {
    const out = toValue(
      await this.#topo('export', '--format', 'definitions', '--with-password-hashes'),
    ) as Partial<Definitions>;
    const own = `${this.#prefix}a`;
    const isOwn = (name: unknown) => String(name).startsWith(own);
    const lists = sections.map((section) => {
      const mine = (out[section] ?? []).filter(({ vhost, name }: Entry) => isOwn(vhost ?? name));
      return [section, mine] as const;
    });
    const file = join(this.#folder, 'exported.json');
    await writeFile(file, toText(renamed(Object.fromEntries(lists), own, `${this.#prefix}c`)));
    return file;
  }

  async #expectExactly(files: readonly string[]): Promise<void> {
    const expected = this.#cases.flatMap((one, index) => {
      const own = this.#ours('a', index);
      const side = (definitions: Definitions) => renamed(whole(definitions), ours, own);
      return changesBetween(side(one.before), side(one.after));
    });
    const { planned, entailed } = changesOf(await this.#plan(files));
    const missing = expected.filter((change) => !planned.has(change) && !entailed.has(change));
    const others = [...planned].filter((change) => !expected.includes(change));
    expect({ missing, others }).toEqual({ missing: [], others: [] });
  }
}

/** What of a long plan says that something failed or was refused. */
const blame = (out: string): string =>
  out.match(/^ +! .*(?:\n {6}.*)?|^(?:Apply|Plan): .*/gm)?.join('\n') ?? out;

const without = (some: readonly string[] = [], others: readonly string[] = []): string[] => {
  const known = new Set(others);
  return some.filter((one) => !known.has(one));
};

/** Exports leave out hashes of passwords: these can be tried offline. */
const withoutHash = (line: string, copies: readonly Copy[]): string =>
  copies.includes('c') ? line.replace(/"(?:hashing_algorithm|password_hash)":"[^"]*",/g, '') : line;
