// What must hold of every run, checked from the outside: by the events that the core was given and
// the commands it gave.
import type { Accepted, LedgerRecord } from '../../../../../src/harness/train/model/records.ts';
import type {
  Command,
  CoordinatorEvent,
  Course,
} from '../../../../../src/harness/train/core/reducer-types.ts';

interface Seen {
  readonly queue: string;
  readonly concurrency: number;
  readonly isDraining: boolean;
  readonly at: number;
  readonly tasks: readonly string[];
  readonly isSilent: boolean;
}

export class Invariants {
  readonly violations: string[] = [];
  readonly #course: Course;
  readonly #ledger: readonly LedgerRecord[];
  readonly #workers = new Map<string, Seen>();
  /** By queue: units that were dispatched to it, and whose end was not heard of. */
  readonly #flying = new Map<string, Set<string>>();
  readonly #open = new Set<number>();
  readonly #tick: number;

  constructor(course: Course, ledger: readonly LedgerRecord[], tick: number) {
    this.#course = course;
    this.#ledger = ledger;
    this.#tick = tick;
  }

  /** The coordinator died: the next one knows nothing of what this one was told. */
  forget(): void {
    this.#workers.clear();
    this.#flying.clear();
    this.#open.clear();
  }

  see(event: CoordinatorEvent, commands: readonly Command[]): void {
    this.#hear(event);
    for (const command of commands) this.#check(command, event.at);
    this.#checkSilence(event);
  }

  #hear(event: CoordinatorEvent): void {
    switch (event.kind) {
      case 'heartbeat': {
        const { worker, queue, concurrency, state, tasks, at } = event;
        const isDraining = state === 'draining';
        this.#workers.set(worker, { queue, concurrency, isDraining, at, tasks, isSilent: false });
        // They take up no slot of those who stay.
        if (isDraining) for (const id of tasks) this.#land(queue, id);
        this.#clearUnattended(queue);
        return;
      }
      case 'started':
      case 'failed': {
        const seen = this.#workers.get(event.worker);
        if (seen?.queue === event.queue) {
          const isDraining =
            seen.isDraining || (event.kind === 'failed' && event.verdict === 'fatal');
          const tasks = [...seen.tasks, event.unit.id];
          const changes =
            event.kind === 'started' ? { at: event.at, isSilent: false, tasks } : { isDraining };
          this.#workers.set(event.worker, { ...seen, ...changes });
        }
        if (event.kind === 'failed' && event.verdict === 'poison')
          this.#land(event.queue, event.unit.id);
        this.#clearUnattended(event.queue);
        return;
      }
      case 'candidate': {
        this.#open.add(event.delivery);
        const queue = this.#workers.get(event.worker)?.queue;
        if (queue !== undefined) this.#land(queue, event.unit.id);
        return;
      }
      case 'returned':
        this.#land(event.queue, event.unit.id);
        return;
      case 'accepted':
        for (const queue of this.#flying.keys()) this.#land(queue, event.accepted.unit.id);
        return;
      default:
    }
  }

  #land(queue: string, id: string): void {
    this.#flying.get(queue)?.delete(id);
  }

  #clearUnattended(queue: string): void {
    if (this.#slotsOf(queue) === 0) this.#flying.delete(queue);
  }

  #slotsOf(queue: string): number {
    return [...this.#workers.values()]
      .filter((seen) => seen.queue === queue && !seen.isSilent && !seen.isDraining)
      .reduce((sum, { concurrency }) => sum + concurrency, 0);
  }

  #check(command: Command, at: number): void {
    switch (command.kind) {
      case 'dispatch':
        this.#checkRoom(command.queue, command.unit.id);
        return;
      case 'worker': {
        const seen = this.#workers.get(command.worker);
        if (command.state !== 'silent' || seen === undefined) return;
        if (at - seen.at < 3 * this.#course.heartbeat)
          this.violations.push(`${command.worker} is called silent too early`);
        this.#workers.set(command.worker, { ...seen, isSilent: true });
        for (const id of seen.tasks) this.#land(seen.queue, id);
        this.#clearUnattended(seen.queue);
        return;
      }
      case 'drop':
      case 'accept':
        this.#open.delete(command.delivery);
        return;
      case 'close_round':
        this.#checkParts(command.round, command.base.sha256, command.parts);
        return;
      case 'finish':
        if (this.#open.size > 0) this.violations.push('results were left without an answer');
        return;
      default:
    }
  }

  #checkRoom(queue: string, id: string): void {
    const flying = (this.#flying.get(queue) ?? new Set<string>()).add(id);
    this.#flying.set(queue, flying);
    const slots = this.#slotsOf(queue);
    if (flying.size > slots)
      this.violations.push(`${flying.size} units in ${queue}, which has ${slots} slots`);
  }

  #checkParts(round: number, base: string, parts: readonly Accepted[]): void {
    const { shards, enough } = this.#course;
    const places = parts.map(({ unit }) => unit.shard);
    const isSorted = places.every((place, at) => at === 0 || (places[at - 1] ?? 0) < place);
    if (!isSorted || parts.length < enough || parts.length > shards)
      this.violations.push(`round ${round} is closed with the shards ${places.join(', ')}`);
    for (const { unit, samples, parameters } of parts) {
      const counted = this.#ledger.find(
        (record) => record.kind === 'accepted' && record.unit.id === unit.id,
      );
      const isThat =
        counted?.kind === 'accepted' &&
        counted.samples === samples &&
        counted.parameters?.sha256 === parameters?.sha256;
      if (!isThat || unit.round !== round)
        this.violations.push(`round ${round} is closed with another result of ${unit.id}`);
    }
    const before = this.#ledger.findLast((record) => record.kind === 'closed');
    if (before?.kind === 'closed' && before.parameters.sha256 !== base)
      this.violations.push(`round ${round} does not build upon the one before`);
  }

  #checkSilence(event: CoordinatorEvent): void {
    if (event.kind !== 'tick') return;
    const longest = 3 * this.#course.heartbeat + this.#tick;
    for (const [name, { at, isSilent, isDraining }] of this.#workers) {
      if (!isSilent && !isDraining && event.at - at > longest)
        this.violations.push(`${name} is silent, and nobody notices`);
    }
  }

  /** Once the run is over. */
  checkLedger(): void {
    const units = this.#ledger.flatMap((record) =>
      record.kind === 'accepted' ? [record.unit.id] : [],
    );
    const twice = units.filter((id, place) => units.indexOf(id) !== place);
    for (const id of twice) this.violations.push(`${id} counts twice`);
  }
}
