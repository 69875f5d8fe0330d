// Publishes files of tasks with the real program, which is killed and called again until it says
// that all is confirmed.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Proxy } from '../../proxy.ts';
import type { Tally } from './tally.ts';

/** What can be seen of a publisher from outside, in its order. */
export const publisherPoints = [
  'started',
  'journaled',
  'sent',
  'answered',
  'recorded',
  'finished',
] as const;
export type PublisherPoint = (typeof publisherPoints)[number];

/** `amount`: 0 to 1, of what there is to see. */
export interface PublisherPlan {
  readonly point: PublisherPoint;
  readonly amount: number;
}

export interface PublishingOptions {
  readonly code: string;
  readonly file: string;
  readonly outbox: string;
  readonly proxy: Proxy;
  readonly environment: Readonly<Record<string, string>>;
  readonly plans: PublisherPlan[];
  readonly tally: Tally;
  readonly log: number;
}

/** Bytes of connecting, on AMQP. */
const greeting = 1_500;
/** Of the bytes of all tasks, at most: both the journal and the wire hold more. */
const mostSeen = 0.8;
/** Milliseconds that starting takes, about. */
const startTime = 400;
const mostRuns = 200;

export class Publishing {
  readonly #options: PublishingOptions;
  #child: ChildProcess | undefined;
  #isEnded = false;

  constructor(options: PublishingOptions) {
    this.#options = options;
  }

  /** Ends when the program ended with 0; up to `kills` of the plans are tried on the way. */
  async publish(
    tasks: string,
    count: number,
    address: readonly string[],
    kills: number,
  ): Promise<void> {
    let left = kills;
    for (let run = 1; run <= mostRuns && !this.#isEnded; run++) {
      const plan = left-- > 0 ? this.#options.plans.shift() : undefined;
      const { code, signal, out } = await this.#run(tasks, address, plan);
      if (code === 0) {
        this.#check(out, count);
        return;
      }
      if (signal === null && code !== 1) throw new Error(`publish ended with ${code}: ${out}`);
      if (signal === null) this.#options.tally.fault('publisher gave up, and was called again');
      await sleep(signal === null ? 300 : 0);
    }
    throw new Error('the publisher does not come to its end');
  }

  destroy(): void {
    this.#isEnded = true;
    this.#child?.kill('SIGKILL');
  }

  /** Nothing is left in the outbox after a publish of which all was confirmed. */
  #check(out: string, count: number): void {
    const { confirmed } = JSON.parse(out) as { confirmed: number };
    const { violations } = this.#options.tally;
    if (confirmed !== count) violations.push(`publish: ${confirmed} of ${count} confirmed, exit 0`);
    const left = this.#journals();
    if (left.length > 0) violations.push(`the outbox still holds ${left.join(', ')}`);
  }

  async #run(tasks: string, address: readonly string[], plan?: PublisherPlan) {
    const { code, file, outbox, proxy, environment, log, tally } = this.#options;
    const main = join(code, 'unbundled/cli/harness/main.js');
    const flags = ['--topology', file, '--outbox', outbox, '--format', 'json', '--quiet'];
    const before = { ...proxy.bytes, recorded: this.#sizeOf('fates-') };
    const child = spawn(process.execPath, [main, 'publish', tasks, ...address, ...flags], {
      env: {
        ...process.env,
        ...environment,
        AMQP_URL: throughProxy(environment['AMQP_URL'], proxy),
      },
      stdio: ['ignore', 'pipe', log],
    });
    this.#child = child;
    let out = '';
    child.stdout?.on('data', (text) => (out += String(text)));
    const closed = once(child, 'close') as Promise<[number | null, string | null]>;
    if (plan) await this.#killAt(child, this.#isAt(plan, statSync(tasks).size, before));
    const [status, signal] = await closed;
    if (plan && signal !== null) tally.kill(`publisher killed at ${plan.point}`);
    else if (plan) this.#options.plans.push(plan);
    return { code: status, signal, out };
  }

  /** Says when the point is reached. `size`: bytes of all tasks. */
  #isAt(
    { point, amount }: PublisherPlan,
    size: number,
    before: { sent: number; answered: number; recorded: number },
  ): () => boolean {
    const { proxy } = this.#options;
    const bytes = amount * size * mostSeen;
    const started = performance.now();
    let hasBegun = false;
    switch (point) {
      case 'started':
        return () => performance.now() - started >= amount * startTime;
      case 'journaled':
        return () => this.#sizeOf('tasks.') > bytes;
      case 'sent':
        return () => proxy.bytes.sent - before.sent > greeting + bytes;
      case 'answered':
        return () => proxy.bytes.answered - before.answered > greeting + amount * 1_000;
      case 'recorded':
        return () => this.#sizeOf('fates-') > before.recorded;
      case 'finished':
        return () => {
          const isThere = this.#journals().length > 0;
          hasBegun ||= isThere;
          return hasBegun && !isThere;
        };
    }
  }

  async #killAt(child: ChildProcess, isReached: () => boolean): Promise<void> {
    while (child.exitCode === null && child.signalCode === null) {
      if (isReached()) {
        child.kill('SIGKILL');
        return;
      }
      await sleep(1);
    }
  }

  #journals(): string[] {
    try {
      return readdirSync(this.#options.outbox).filter((name) => name.endsWith('.journal'));
    } catch {
      return [];
    }
  }

  #sizeOf(start: string): number {
    const name = this.#journals().find((one) => one.startsWith(start));
    if (name === undefined) return 0;
    return statSync(join(this.#options.outbox, name), { throwIfNoEntry: false })?.size ?? 0;
  }
}

function throughProxy(url: string | undefined, { port }: Proxy): string {
  const changed = new URL(url ?? '');
  changed.port = String(port);
  return changed.href;
}
