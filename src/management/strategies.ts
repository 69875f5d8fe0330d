// Reads how policies make quorum queues dead-letter: they may have changed since the plan was made.
import type { Policy, Queue } from '../topology/object.ts';
import type { Client } from './client.ts';
import type { QueueCounts } from './counts.ts';
import { forgo } from './forgo.ts';
import { readSettings } from './settings.ts';

/** Milliseconds for which a list of policies may be reused: many queues are deleted at once. */
const window = 2_000;

interface List {
  readonly policies: Promise<readonly Policy[] | undefined>;
  readonly since: number;
}

export class DeadLetterStrategies {
  readonly #client: Client;
  readonly #counts: QueueCounts;
  readonly #lists = new Map<string, List>();

  constructor(client: Client, counts: QueueCounts) {
    this.#client = client;
    this.#counts = counts;
  }

  /**
   * Returns what the queue's policy says, if anything; the strictest for a policy that can't be
   * read.
   */
  async read({ vhost, name }: Queue): Promise<unknown> {
    const counts = await this.#counts.readShared(vhost);
    const policy = counts.get(name)?.policy;
    if (policy === undefined) return undefined;
    const policies = await this.#readPolicies(vhost);
    const found = policies?.find((one) => one.name === policy);
    if (found === undefined) return 'at-least-once';
    return found.definition.get('dead-letter-strategy');
  }

  #readPolicies(vhost: string): List['policies'] {
    const last = this.#lists.get(vhost);
    if (last !== undefined && performance.now() - last.since <= window) return last.policies;
    const policies = readSettings(this.#client, 'policy', vhost).catch(forgo);
    this.#lists.set(vhost, { policies, since: performance.now() });
    return policies;
  }
}
