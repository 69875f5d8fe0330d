// Runs topo's verbs on the files of some cases.
import { expect } from 'vitest';
import { env } from '../broker.ts';
import { callTopo } from '../cli/topo.ts';
import type { PlanJson } from './changes.ts';
import { toValue } from './definitions.ts';

export class Runs {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** `losses`: the addresses that may go with all that they hold. */
  async apply(files: readonly string[], losses: readonly string[] = []): Promise<void> {
    await this.#topo('apply', ...files, '--yes', '--allow-deletes', '1000000', ...lossy(losses));
  }

  async destroy(files: readonly string[], losses: readonly string[] = []): Promise<void> {
    await this.#topo('destroy', ...files, '--yes', ...lossy(losses));
  }

  async plan(...args: readonly string[]): Promise<PlanJson> {
    return toValue(await this.#topo('plan', ...args, '--format', 'json')) as PlanJson;
  }

  export(format: 'yaml' | 'definitions'): Promise<string> {
    return this.#topo('export', '--format', format, '--with-password-hashes');
  }

  async #topo(...args: readonly string[]): Promise<string> {
    const { code, out, err } = await callTopo([...args, '--quiet'], this.#folder, env);
    expect(code, `${args[0] ?? ''}: ${blame(out)}\n${err.slice(-6_000)}`).toBe(0);
    return out;
  }
}

const lossy = (addresses: readonly string[]): string[] =>
  addresses.map((address) => `--allow-message-loss=${address}=all`);

/** What of a long plan says that something failed or was refused. */
const blame = (out: string): string =>
  out.match(/^ +! .*(?:\n {6}.*)?|^(?:Apply|Plan): .*/gm)?.join('\n') ?? out;
