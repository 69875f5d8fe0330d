// Decides what a coordinator believes of all that arrives: events about its tasks, and results made
// of them. Counts the rest, and warns of it in a few lines.
import type { Message } from 'amqplib';
import { quote } from '../../../topology/quote.ts';
import type { EventMessage } from '../../messaging/event.generated.ts';
import { parseEvent } from '../../messaging/message.ts';
import { strangerIn, type Senders } from '../../messaging/users.ts';
import { readResult, toCoordinatorEvent, type ReadResult } from './incoming.ts';
import type { Course } from '../core/reducer-types.ts';
import { Roster, type OfWorker, type RosterParts } from './roster.ts';
import type { CoordinatorState } from '../core/state.ts';
import { Strangers } from './strangers.ts';
import { type Unit, unitOf } from '../model/unit.ts';
import { givenTo } from './wanted.ts';
import type { Words } from './words.ts';

export interface TrustParts extends RosterParts {
  /** Whose results and events are believed. */
  readonly senders: Senders;
  readonly words: Words;
}

export class Trust {
  readonly #parts: TrustParts;
  readonly #course: Course;
  readonly #roster: Roster;
  readonly #forged: Strangers;

  constructor(course: Course, parts: TrustParts) {
    this.#course = course;
    this.#parts = parts;
    this.#roster = new Roster(parts);
    this.#forged = new Strangers(parts.onWarning);
  }

  /** How many names were reported that are no workers of this run. */
  get strangers(): number {
    return this.#roster.strangers;
  }

  /** Undefined if there is nothing to act on. */
  async eventIn(
    message: Message,
    state: CoordinatorState,
    at: number,
  ): Promise<OfWorker | undefined> {
    if (this.#isForged(message, 'an event')) return undefined;
    const parsed = parseEvent(message.content);
    if (parsed.kind === 'broken') return undefined;
    const event = toCoordinatorEvent(parsed.value, this.#course, at);
    if (event === undefined || !this.#roster.believes(event, state.workers)) return undefined;
    const proven = await this.#provenIn(parsed.value, state);
    if (event.kind === 'heartbeat')
      return { ...event, tasks: event.tasks.filter((id) => proven.has(id)) };
    return proven.has(event.unit.id) ? event : undefined;
  }

  /** The ids of this run's tasks that the event names by the words that were sent. */
  async #provenIn(message: EventMessage, state: CoordinatorState): Promise<Set<string>> {
    const proven = new Set<string>();
    const named = 'event' in message ? [{ ...message, id: message.task }] : message.tasks;
    for (const { id, task_sha256 } of named) {
      const unit = unitOf(id, this.#course);
      if (unit === undefined) continue;
      const given = givenTo(unit, state);
      const { words } = this.#parts;
      const isProven =
        given === undefined
          ? await words.wereOf(task_sha256, unit)
          : await words.areOf(task_sha256, unit, given);
      if (isProven) proven.add(id);
      else if (given !== undefined) this.#tellUnproven(unit, message.worker);
    }
    return proven;
  }

  #tellUnproven({ id }: Unit, worker: string): void {
    const who = `${id}, ${quote(worker)}`;
    this.#forged.note(
      `an event: ${who}`,
      `an event is left out that does not name the task that this run sent (${who}): topo-harness work of this version does`,
    );
  }

  /**
   * Undefined if it is to be dropped. Any publisher can name a task's id; only a reader of the task
   * knows its words.
   */
  async resultIn(message: Message, state: CoordinatorState): Promise<ReadResult | undefined> {
    if (this.#isForged(message, 'a result')) return undefined;
    const read = readResult(message, this.#course);
    const { unit, worker, task_sha256 } = read;
    if (unit === undefined) return read;
    const given = givenTo(unit, state);
    const { words } = this.#parts;
    if (given === undefined) return { ...read, isProven: await words.wereOf(task_sha256, unit) };
    if (await words.areOf(task_sha256, unit, given)) return read;
    const who = `${unit.id}, ${quote(worker)}`;
    const what = `a result is left out that was not made of the task that this run sent (${who})`;
    this.#forged.note(who, what);
    return undefined;
  }

  #isForged({ properties }: Message, what: string): boolean {
    const stranger = strangerIn(properties, this.#parts.senders);
    if (stranger === undefined) return false;
    this.#forged.note(`${what}: ${stranger}`, `${what} is left out: ${stranger}`);
    return true;
  }
}
