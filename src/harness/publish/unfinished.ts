// Resumes the unfinished publish in the outbox. It blocks any other publish.
import { plural, count } from '../../topology/count.ts';
import { InvalidInput } from '../../topology/problem.ts';
import { quote } from '../../topology/quote.ts';
import type { Beginning } from './entry.ts';
import type { Outbox, Unfinished } from './outbox.ts';
import type { Outgoing } from './task-line.ts';

/** Tasks one by one, out of groups. */
export class TaskReader {
  readonly #groups: AsyncGenerator<Outgoing[], void, undefined>;
  #group: Outgoing[] = [];
  #taken = 0;

  constructor(groups: AsyncGenerator<Outgoing[], void, undefined>) {
    this.#groups = groups;
  }

  async next(): Promise<Outgoing | undefined> {
    while (this.#taken === this.#group.length) {
      const { done, value } = await this.#groups.next();
      if (done === true) return undefined;
      [this.#group, this.#taken] = [value, 0];
    }
    return this.#group[this.#taken++];
  }

  /** What is left, in groups. */
  async *rest(): AsyncGenerator<Outgoing[], void, undefined> {
    if (this.#taken < this.#group.length) yield this.#group.slice(this.#taken);
    yield* this.#groups;
  }
}

/**
 * Takes those tasks from the input that are in the outbox already. Throws InvalidInput unless it
 * begins with the same.
 */
export async function matchInput(outbox: Outbox, input: TaskReader): Promise<void> {
  const { unfinished } = outbox;
  if (unfinished === undefined) return;
  for await (const hash of outbox.hashes()) {
    if ((await input.next())?.hash !== hash) throw another('other tasks', unfinished);
  }
}

/** Throws InvalidInput if the unfinished publish began in another way. */
export function matchBeginning(
  unfinished: Unfinished | undefined,
  beginning: Omit<Beginning, 'topo_outbox' | 'id' | 'source'>,
): void {
  if (unfinished === undefined) return;
  const { addressing, broker, vhost, exchange } = unfinished.beginning;
  const differences: [boolean, string][] = [
    [broker !== beginning.broker, `another broker, ${quote(broker)}`],
    [vhost !== beginning.vhost, `another vhost, ${quote(vhost)}`],
    [exchange !== beginning.exchange, `another exchange, ${quote(exchange)}`],
    [addressing !== beginning.addressing, 'the same tasks, to other workers'],
  ];
  const found = differences.find(([isSo]) => isSo)?.[1];
  if (found !== undefined) throw another(found, unfinished);
}

function another(what: string, { beginning, tasks, fates }: Unfinished): InvalidInput {
  const confirmed = count(fates.count('confirmed'));
  const state = `${plural(tasks, 'task')} from ${quote(beginning.source)}, ${confirmed} of them confirmed`;
  return new InvalidInput([
    {
      code: 'unfinished-publish',
      message: `the outbox holds an unfinished publish of ${what}: ${state}`,
      hint: 'finish it first: publish --resume; or drop it: publish --discard',
    },
  ]);
}
