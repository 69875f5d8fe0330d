// The coordinator's shell: it feeds the core with what comes in, and carries out what the core asks for.
import type { Delivery } from '../consumer.ts';
import { parseEvent } from '../message.ts';
import type { Fate } from '../publisher.ts';
import type { Result } from '../result.generated.ts';
import { DiskError } from '../../process/disk-error.ts';
import { ExpectedError } from '../../topology/problem.ts';
import { closeRound, type CloseParts } from './close-round.ts';
import type { Ending, OnTrainStep } from './ending.ts';
import { readResult, toCoordinatorEvent, type ReadResult } from './incoming.ts';
import type { Ledger } from './ledger.ts';
import { receive, type ReceiveParts } from './receive.ts';
import type { Accepted, LedgerRecord, TimelineEntry } from './records.ts';
import { begin, step, type CoordinatorState } from './reducer.ts';
import type { Command, CoordinatorEvent, Course } from './reducer-types.ts';
import type { Resumed } from './resume.ts';
import type { Stored, Unit } from './unit.ts';

export interface CoordinatorParts extends ReceiveParts, CloseParts {
  readonly course: Course;
  readonly resumed: Resumed;
  readonly ledger: Ledger;
  /** Settles when the broker has said what became of the task. */
  readonly dispatch: (command: Dispatch) => Promise<Fate>;
  /** Whether tasks can be sent to a queue. */
  readonly reaches: (queue: string) => boolean;
  /** How many tasks of these units were taken out of the queue. */
  readonly takeBack: (queue: string, units: readonly string[]) => Promise<number>;
  /** So many results of other runs end this coordinator: they leave no room for its own. */
  readonly most_strangers: number;
  /** Whether a run's results are of no use to anybody any more. */
  readonly isOver: (run: string) => Promise<boolean>;
  /** Writes the final model. */
  readonly save: (parameters: Stored) => Promise<void>;
  /** After each closed round, made of these parts: what no resume needs may go. */
  readonly prune: (state: CoordinatorState, parts: readonly Accepted[]) => Promise<void>;
  readonly onTimeline: (entry: TimelineEntry) => void;
  readonly onChange: (state: CoordinatorState) => void;
  readonly onWarning: (message: string) => void;
  readonly onStep: OnTrainStep;
}

/** Milliseconds between looks at the clock. */
const tick = 100;

interface Held {
  readonly delivery: Delivery;
  readonly read: ReadResult;
}

export class Coordinator {
  readonly #parts: CoordinatorParts;
  readonly #timer: NodeJS.Timeout;
  /** Results that the core has not decided on yet. */
  readonly #held = new Map<number, Held>();
  #state: CoordinatorState;
  /** What the open round begins with. */
  #base: Stored | undefined;
  #deliveries = 0;
  #strangers = 0;
  /** Queues of workers that no task can be sent to; each is told once. */
  readonly #outside = new Set<string>();
  /** Settles when the last closed round is in the ledger: no record of the next may come before it. */
  #sealed: Promise<unknown> = Promise.resolve();
  #isOver = false;
  #isConnected = true;
  /** By queue, what takes tasks out of it now: one sent meanwhile might be taken, too. */
  readonly #takingBack = new Map<string, Promise<unknown>>();
  /** Never rejects. */
  readonly ended: Promise<Ending>;
  #end: (ending: Ending) => void = () => undefined;

  constructor(parts: CoordinatorParts) {
    this.#parts = parts;
    this.#base = parts.resumed.parameters;
    this.#state = begin(parts.course, parts.resumed);
    this.ended = new Promise((resolve) => (this.#end = resolve));
    this.#timer = setInterval(() => this.#tick(), tick);
    this.#tick();
  }

  /** Leaves the run as it is; it can be resumed. */
  interrupt(): void {
    this.#finish({ kind: 'interrupted' });
  }

  /** Without a connection nobody is heard, and nobody is called silent. */
  onConnection(isConnected: boolean): void {
    this.#isConnected = isConnected;
    // They come again.
    if (!isConnected) this.#strangers = 0;
  }

  onEvent(content: Buffer): void {
    const parsed = parseEvent(content);
    if (parsed.kind === 'broken') return;
    const event = toCoordinatorEvent(parsed.value, this.#parts.course, now());
    if (event === undefined) return;
    if (event.kind === 'heartbeat' && !this.#parts.reaches(event.queue)) {
      this.#leaveOut(event);
      return;
    }
    if (event.kind === 'started' || event.kind === 'failed' || event.kind === 'given_up')
      this.#note(event);
    if (event.kind === 'failed') void this.#try(() => this.#assertThere());
    this.#feed(event);
  }

  /** Such as one of a topology that has grown meanwhile. */
  #leaveOut({ worker, queue }: { worker: string; queue: string }): void {
    if (this.#outside.has(queue)) return;
    this.#outside.add(queue);
    this.#parts.onWarning(
      `worker ${worker} takes tasks from queue ${queue}, which is no worker's queue in the topology of this run: it gets none, unless the run is resumed with a topology that has the queue`,
    );
  }

  onResult(delivery: Delivery): void {
    void this.#try(async () => {
      const read = readResult(delivery.message, this.#parts.course);
      const { unit, worker, parsed } = read;
      if (unit === undefined) {
        await this.#setAside(delivery, parsed.kind === 'parsed' ? parsed.value : undefined);
        return;
      }
      const id = ++this.#deliveries;
      this.#held.set(id, { delivery, read });
      this.#feed({ at: now(), kind: 'candidate', delivery: id, unit, worker });
    });
  }

  /** Of another run, or no result: it stays in the queue, unless that run is over. */
  async #setAside(delivery: Delivery, result: Result | undefined): Promise<void> {
    if (result?.run !== undefined && (await this.#parts.isOver(result.run))) {
      delivery.ack();
      return;
    }
    if (++this.#strangers === 1) {
      const what = result === undefined ? 'what is no result' : `the result of ${result.task}`;
      this.#parts.onWarning(
        `${what} is in queue ${delivery.queue}, and not of this run: it goes back when the run ends, and stays until its own run goes on or the queue is purged`,
      );
    }
    if (this.#strangers >= this.#parts.most_strangers) {
      throw new ExpectedError(
        `queue ${delivery.queue} holds ${this.#strangers} results that are not of this run, and no more can be set aside`,
        { hint: 'take them out of it, or give this run a results queue of its own' },
      );
    }
  }

  #tick(): void {
    if (this.#isConnected) this.#feed({ at: now(), kind: 'tick' });
  }

  #feed(event: CoordinatorEvent): void {
    if (this.#isOver) return;
    const { state, commands } = step(this.#state, event);
    const isChanged = state !== this.#state;
    this.#state = state;
    for (const command of commands) void this.#try(() => this.#carryOut(command));
    if (isChanged) this.#parts.onChange(state);
  }

  /** What goes wrong here is not a worker's fault: the coordinator ends, and the run can be resumed. */
  async #try(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      const cause = error instanceof Error ? error : new Error(String(error));
      this.#finish({ kind: 'broken', error: cause });
    }
  }

  async #carryOut(command: Command): Promise<void> {
    switch (command.kind) {
      case 'dispatch':
        return this.#dispatch(command);
      case 'accept':
        return this.#accept(command);
      case 'drop':
        return this.#drop(command);
      case 'close_round':
        return this.#closeRound(command);
      case 'take_back':
        return this.#takeBack(command);
      case 'worker': {
        const { worker, queue, state } = command;
        this.#note({ at: now(), kind: 'worker', worker, queue, state });
        return;
      }
      case 'finish':
        return this.#save(command);
      case 'fail':
        return this.#fail(command.reason);
    }
  }

  /** Ends the coordinator where a model is missing: workers would retry in vain. */
  async #assertThere(): Promise<void> {
    for (const stored of sentIn(this.#state)) await this.#parts.store.assertThere(stored);
  }

  async #dispatch(command: Dispatch): Promise<void> {
    const { unit, queue, why, parameters } = command;
    // The failure may come from a model that is damaged here.
    if (parameters && (why === 'failed' || why === 'invalid'))
      await this.#parts.store.read(parameters.sha256);
    this.#note({ at: now(), kind: 'dispatched', unit, queue, why });
    await this.#takingBack.get(queue);
    const fate = await this.#parts.dispatch(command);
    if (fate.kind === 'confirmed') return this.#step('dispatched', unit.id);
    this.#feed({ at: now(), kind: 'returned', unit, queue, reason: fate.reason });
  }

  async #accept({ delivery: id, unit }: Of<'accept'>): Promise<void> {
    const held = this.#held.get(id);
    if (held === undefined) return;
    this.#held.delete(id);
    const { delivery, read } = held;
    const { worker } = read;
    const received = await this.#receive(unit, read);
    if (received.kind === 'rejected') {
      const { reason } = received;
      await this.#record({ at: now(), kind: 'rejected', unit, worker, reason });
      delivery.ack();
      this.#note({ at: now(), kind: 'dropped', unit, worker, why: 'invalid', reason });
      this.#feed({ at: now(), kind: 'rejected', unit, worker, reason });
      return;
    }
    const { accepted } = received;
    await this.#step('stored', unit.id);
    await this.#record({ at: now(), kind: 'accepted', ...accepted });
    await this.#step('recorded', unit.id);
    delivery.ack();
    await this.#step('acked', unit.id);
    const { started_at, finished_at } = accepted;
    this.#note({
      ...{ at: now(), kind: 'accepted', unit, worker, started_at, finished_at },
      ...(unit.kind === 'evaluate' && { metrics: accepted.metrics }),
    });
    if (unit.kind === 'init') this.#base = accepted.parameters;
    this.#feed({ at: now(), kind: 'accepted', accepted });
  }

  async #receive(unit: Unit, { parsed }: ReadResult) {
    // Such as one with a wrong hash.
    if (parsed.kind === 'broken')
      return { kind: 'rejected', reason: parsed.problems.join('; ') } as const;
    try {
      const accepted = await receive(unit, parsed.value, this.#base, this.#parts);
      return { kind: 'received', accepted } as const;
    } catch (error) {
      if (error instanceof DiskError) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      return { kind: 'rejected', reason } as const;
    }
  }

  async #drop({ delivery: id, unit, worker }: Of<'drop'>): Promise<void> {
    const held = this.#held.get(id);
    this.#held.delete(id);
    // A delivery again of one that counts tells nothing.
    if (held?.delivery.ack()) this.#note({ at: now(), kind: 'dropped', unit, worker, why: 'late' });
    return Promise.resolve();
  }

  async #closeRound(command: Of<'close_round'>): Promise<void> {
    const { closed, durable } = await closeRound(command, this.#parts);
    await this.#step('aggregated', String(closed.round));
    const sealed = durable.then(() =>
      this.#parts.ledger.append({ at: now(), kind: 'closed', ...closed }),
    );
    // Nobody waits for the disk: from the results, which are there, the same is computed again.
    this.#sealed = sealed;
    this.#base = closed.parameters;
    this.#feed({ at: now(), kind: 'closed', closed });
    await sealed;
    await this.#step('closed', String(closed.round));
    await this.#parts.prune(this.#state, command.parts);
  }

  async #takeBack({ queue, units }: Of<'take_back'>): Promise<void> {
    const before = this.#takingBack.get(queue);
    // What can't be taken now is asked for again.
    const taking = Promise.resolve(before)
      .then(() => this.#parts.takeBack(queue, units))
      .catch(() => 0);
    this.#takingBack.set(queue, taking);
    const taken = await taking;
    if (this.#takingBack.get(queue) === taking) this.#takingBack.delete(queue);
    if (taken > 0) this.#note({ at: now(), kind: 'taken_back', queue, units: taken });
  }

  async #save({ why, parameters }: Of<'finish'>): Promise<void> {
    await this.#sealed;
    await this.#parts.save(parameters);
    await this.#step('saved', '');
    // One that was killed after its last record is finished already.
    if (this.#parts.resumed.ended?.kind !== 'finished')
      await this.#record({ at: now(), kind: 'finished', why, parameters });
    await this.#step('finished', '');
    this.#finish({ kind: 'finished', why, parameters });
  }

  async #fail(reason: string): Promise<void> {
    for (const { sha256 } of sentIn(this.#state)) await this.#parts.store.read(sha256);
    await this.#record({ at: now(), kind: 'failed', reason });
    this.#finish({ kind: 'failed', reason });
  }

  async #record(record: LedgerRecord): Promise<void> {
    await this.#sealed;
    await this.#parts.ledger.append(record);
  }

  #note(entry: TimelineEntry): void {
    this.#parts.onTimeline(entry);
  }

  async #step(...[name, of]: Parameters<OnTrainStep>): Promise<void> {
    await this.#parts.onStep(name, of);
  }

  #finish(ending: Ending): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearInterval(this.#timer);
    // What is under way may still write to the ledger.
    void Promise.allSettled([this.#sealed]).then(() => this.#end(ending));
  }
}

/** The models that workers are given now. */
const sentIn = ({ parameters, evaluations }: CoordinatorState): Stored[] => [
  ...(parameters ? [parameters] : []),
  ...[...evaluations.values()].map((one) => one.parameters),
];

export type Dispatch = Of<'dispatch'>;

type Of<Kind extends Command['kind']> = Extract<Command, { kind: Kind }>;

/** Milliseconds since 1970, by a clock that nobody sets. */
const now = (): number => Math.round(performance.timeOrigin + performance.now());
