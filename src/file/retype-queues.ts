// Edits the entries of a file so that some of its queues have another type, and keeps everything
// else as it is.
import { isMap, type YAMLMap } from 'yaml';
import type { Address } from '../topology/address.ts';
import { plural } from '../topology/count.ts';
import type { Desired } from '../topology/desired.ts';
import { addressOf } from '../topology/identity.ts';
import { isQueue, type Queue, type TopologyObject } from '../topology/object.ts';
import type { Position } from '../topology/problem.ts';
import type { Table, Value } from '../topology/value.ts';
import { composeYaml } from './compose.ts';
import { byPlace, overlaidIn, placeOf } from './entry-places.ts';
import { expressionsWithin } from './expressions-within.ts';
import { editMap, type Changes } from './map-edits.ts';
import { linkedFile } from './linked-file.ts';
import { fieldIn, isLinked } from './node-range.ts';
import { OpenedFile } from './opened-file.ts';
import { parseWhole } from './parse-file.ts';
import type { Style } from './render-scalar.ts';
import { Source } from './source.ts';
import { applyEdits, withLineEndsOf, type Edit } from './text-edit.ts';

export interface Retyped {
  readonly text: string;
  /** The queues whose entries can't be edited, and why. */
  readonly left: ReadonlyMap<Address, Left>;
  /** What else the edits change, in sentences. */
  readonly notes: readonly string[];
}

export interface Left {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/**
 * `wanted`: the queues as they should be, all of one type. Throws InvalidInput if aliases connect
 * the entries of the file.
 */
export function retypeQueues(
  file: string,
  desired: Desired,
  wanted: ReadonlyMap<Address, Queue>,
): Retyped {
  const text = desired.sources.get(file) ?? '';
  const retyping = new Retyping(file, text, desired, wanted);
  const edits = retyping.edits();
  const { left, notes } = retyping;
  return { text: applyEdits(text, withLineEndsOf(text, edits)), left, notes };
}

class Retyping {
  readonly left = new Map<Address, Left>();
  readonly notes: string[] = [];
  readonly #text: string;
  readonly #source: Source;
  readonly #root: YAMLMap | undefined;
  readonly #style: Style;
  readonly #opened: OpenedFile;
  readonly #wanted: ReadonlyMap<Address, Queue>;
  readonly #declared: ReadonlyMap<string, readonly TopologyObject[]>;
  readonly #overlaid: ReadonlyMap<Address, Position>;

  constructor(file: string, text: string, desired: Desired, wanted: ReadonlyMap<Address, Queue>) {
    const { root } = composeYaml(text);
    this.#text = text;
    this.#source = new Source(file, text);
    const parsed = parseWhole(this.#source);
    if (parsed.kind === 'faulty') throw new Error(`${file} has changed since it was read`);
    this.#root = isMap(root) ? root : undefined;
    this.#opened = new OpenedFile(parsed.file);
    this.#style = { expressions: !this.#opened.isExport, json: this.#root?.flow === true };
    this.#wanted = wanted;
    this.#declared = byPlace(desired, file);
    this.#overlaid = overlaidIn(desired);
  }

  edits(): Edit[] {
    const { parsed } = this.#opened;
    const list = this.#root && fieldIn(this.#root, 'queues')?.value;
    const nodes: readonly unknown[] = list && 'items' in list ? list.items : [];
    const edits = parsed.entries.queues.flatMap((entry, index) =>
      this.#editsOf(nodes[index], this.#declared.get(placeOf(parsed, entry)) ?? []),
    );
    if (edits.length > 0 && this.#root && isLinked(this.#root))
      throw linkedFile(parsed.source.file, 'change the queues by hand');
    return edits;
  }

  #editsOf(node: unknown, declared: readonly TopologyObject[]): Edit[] {
    const queues = declared.filter((object) => isQueue(object));
    const going = queues.flatMap((queue) => this.#wanted.get(addressOf(queue)) ?? []);
    const [first] = going;
    if (first === undefined) return [];
    const reason = this.#reasonToLeave(queues, going);
    const edits = reason === undefined && isMap(node) ? this.#edit(node, queues, first) : undefined;
    if (edits !== undefined) return edits;
    for (const queue of going) this.left.set(addressOf(queue), reason ?? unreadable);
    return [];
  }

  /** An entry may declare several queues, which change together or not at all. */
  #reasonToLeave(queues: readonly Queue[], going: readonly Queue[]): Left | undefined {
    const overlay = going.flatMap((queue) => this.#overlaid.get(addressOf(queue)) ?? [])[0];
    if (overlay !== undefined) return overlaid(overlay);
    const isThere = (queue: Queue) => queue.type === going[0]?.type;
    const others = queues.filter((queue) => !this.#wanted.has(addressOf(queue)) && !isThere(queue));
    return others.length === 0 ? undefined : shared(queues.length, others.length);
  }

  /** Undefined if the entry would have to be rewritten. */
  #edit(entry: YAMLMap, queues: readonly Queue[], wanted: Queue): Edit[] | undefined {
    const type = wanted.type ?? '';
    const field = fieldIn(entry, 'arguments');
    const map = field?.value;
    if (field && !isMap(map)) return undefined;
    const isTyped = fieldIn(entry, 'type') !== undefined;
    // RabbitMQ imports the argument, and ignores the field.
    const isArgument =
      !isTyped ||
      this.#opened.isExport ||
      (isMap(map) && fieldIn(map, 'x-queue-type') !== undefined);
    const table = changesOf(queues, wanted, isArgument ? type : undefined);
    const outer = new Map<string, Table | string | undefined>(isTyped ? [['type', type]] : []);
    if (isMap(map) && !remains(map, table)) outer.set('arguments', undefined);
    else if (!isMap(map) && table.size > 0) outer.set('arguments', added(table));
    const inner =
      isMap(map) && !outer.has('arguments') ? editMap(this.#text, map, table, this.#style) : [];
    const own = editMap(this.#text, entry, outer, this.#style);
    if (inner === undefined || own === undefined) return undefined;
    this.#noteGivenWay(entry, [...inner, ...own]);
    return [...inner, ...own];
  }

  #noteGivenWay(entry: YAMLMap, edits: readonly Edit[]): void {
    if (!this.#style.expressions) return;
    for (const { offset, expressions } of expressionsWithin(entry, edits))
      this.notes.push(
        `line ${this.#source.at(offset).line}: ${expressions} goes, or is written out`,
      );
  }
}

/** What goes from the arguments of any of the queues, and what comes. */
function changesOf(queues: readonly Queue[], wanted: Queue, type: string | undefined): Changes {
  const changes = new Map<string, Value | undefined>();
  const names = new Set(queues.flatMap((queue) => [...queue.arguments.keys()]));
  if (type !== undefined) changes.set('x-queue-type', type);
  for (const name of names) if (!wanted.arguments.has(name)) changes.set(name, undefined);
  for (const [name, value] of wanted.arguments) if (!names.has(name)) changes.set(name, value);
  return changes;
}

const added = (changes: Changes): Table =>
  new Map(
    [...changes].flatMap(([name, value]) => (value === undefined ? [] : [[name, value as Value]])),
  );

/** Without any field, a block map would be null. */
const remains = (map: YAMLMap, changes: Changes): boolean =>
  added(changes).size > 0 ||
  [...changes.keys()].filter((name) => fieldIn(map, name)).length < map.items.length;

const overlaid = ({ file, line }: Position): Left => ({
  code: 'overlaid',
  message: `${file}:${line} changes the queue for this environment`,
  hint: 'migrate without --environment, and see that the overlay sets no argument of classic queues',
});

const shared = (all: number, others: number): Left => ({
  code: 'shared-entry',
  message: `its entry makes ${plural(all, 'queue')}, and ${others} of them ${others === 1 ? 'stays' : 'stay'} classic`,
  hint: 'give the queues that stay an entry of their own, or let --match take all of them',
});

const unreadable: Left = {
  code: 'entry-in-one-line',
  message: 'its entry can not be edited in place',
  hint: 'write its arguments out as a map, and migrate again; or set x-queue-type: quorum by hand',
};
