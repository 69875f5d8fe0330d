// Brings a definitions file onto an empty broker, by RabbitMQ's own import and by topo, and sees
// what comes of it.
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { authorizationOf, type Broker } from '../broker-of.ts';
import type { Ended } from '../cli/call.ts';
import { callTopo } from '../cli/topo.ts';
import { empty } from './empty-broker.ts';
import { readHeld } from './held.ts';

export interface Seen {
  readonly applied: Ended;
  /** What applying has added, and taken away. */
  readonly wrote: readonly string[];
  /** What planning again and destroying say, if it was applied. */
  readonly again?: Ended | undefined;
  readonly destroyed?: Ended | undefined;
  /** What the empty broker did not hold, and destroying has left. */
  readonly left: readonly string[];
  readonly imported: { readonly status: number; readonly says: string };
  /** The lines that only one of the two has made. */
  readonly only: { readonly import: readonly string[]; readonly topo: readonly string[] };
}

/**
 * `at`: empty, and again afterwards. `into`: the vhost that the file is about, if its entries don't
 * say.
 */
export async function see(file: string, into: string | undefined, at: Broker): Promise<Seen> {
  const folder = await mkdtemp(join(tmpdir(), 'topo-corpus-'));
  try {
    return await new Sight(file, into, at, folder).see();
  } finally {
    await rm(folder, { recursive: true });
    await empty(at);
  }
}

class Sight {
  readonly #file: string;
  readonly #into: string | undefined;
  readonly #at: Broker;
  readonly #folder: string;

  constructor(file: string, into: string | undefined, at: Broker, folder: string) {
    this.#file = file;
    this.#into = into;
    this.#at = at;
    this.#folder = folder;
  }

  async see(): Promise<Seen> {
    const before = await readHeld(this.#at);
    const applied = await this.#topo('apply', '--yes');
    const byTopo = await this.#held();
    const wrote = [...without(byTopo, before), ...without(before, byTopo)];
    const isApplied = applied.code === 0;
    const again = isApplied ? await this.#topo('plan', '--detailed-exitcode') : undefined;
    // What declares nothing can't be destroyed.
    const destroyed = isApplied && wrote.length > 0 ? await this.#destroy() : undefined;
    const left = without(await readHeld(this.#at), before);
    await empty(this.#at);
    const imported = await this.#import();
    const byImport = await this.#held();
    const only = { import: without(byImport, byTopo), topo: without(byTopo, byImport) };
    return { applied, wrote, again, destroyed, left, imported, only };
  }

  async #topo(verb: string, ...flags: readonly string[]): Promise<Ended> {
    const { endpoint, username, password, amqpUrl } = this.#at;
    return callTopo([verb, this.#file, '--quiet', ...flags], this.#folder, {
      RABBITMQ_ENDPOINT: endpoint,
      RABBITMQ_USERNAME: username,
      RABBITMQ_PASSWORD: password,
      AMQP_URL: amqpUrl,
    });
  }

  #destroy(): Promise<Ended> {
    return this.#topo('destroy', '--yes', '--allow-message-loss', 'queues/*/*=all');
  }

  async #import(): Promise<Seen['imported']> {
    const body = await readFile(this.#file);
    const headers = {
      authorization: authorizationOf(this.#at),
      'content-type': 'application/json',
    };
    const vhost = this.#into === undefined ? '' : `/${encodeURIComponent(this.#into)}`;
    const url = `${this.#at.endpoint}/api/definitions${vhost}`;
    const answer = await fetch(url, { method: 'POST', headers, body });
    // What was refused goes on in the background.
    if (!answer.ok) await sleep(1_000);
    return { status: answer.status, says: await answer.text() };
  }

  /** Two hashes of one password differ by their salts. */
  async #held(): Promise<string[]> {
    const passwords = passwordsIn(await readFile(this.#file, 'utf8'));
    const lines = await readHeld(this.#at);
    return lines.map((line) =>
      line.replace(/"password_hash":"([^"]+)"/, (whole, hash: string) =>
        passwords.some((one) => isHashOf(one, hash)) ? '"password_hash":"as given"' : whole,
      ),
    );
  }
}

const passwordsIn = (text: string): string[] =>
  [...text.matchAll(/"password": "([^"]*)"/g)].map(([, password]) => password ?? '');

/** By RabbitMQ's default algorithm. */
function isHashOf(password: string, hash: string): boolean {
  const bytes = Buffer.from(hash, 'base64');
  const salted = createHash('sha256').update(bytes.subarray(0, 4)).update(password);
  return salted.digest().equals(bytes.subarray(4));
}

const without = (some: readonly string[], others: readonly string[]): string[] => {
  const known = new Set(others);
  return some.filter((one) => !known.has(one));
};
