// Updates a topology file to match the live broker, and keeps its comments, order, formatting,
// variables and templates wherever they are still true.
import { isMap, type Node, type YAMLMap } from 'yaml';
import type { Address } from '../topology/address.ts';
import type { Desired } from '../topology/desired.ts';
import { addressOf, renderObject } from '../topology/identity.ts';
import { filledFrom, isEqual, withDefaults } from '../topology/normal-form.ts';
import { isBindingEnd, type TopologyObject } from '../topology/object.ts';
import type { Position } from '../topology/problem.ts';
import { partsOf } from '../topology/super-stream.ts';
import { canonical } from '../topology/value.ts';
import { composeYaml } from './compose.ts';
import { editEntry } from './entry-changes.ts';
import { byPlace, isTemplate, overlaidIn, placeOf, spelledVhosts } from './entry-places.ts';
import { entrySections, superStreams, type EntrySection } from './entry-sections.ts';
import { expressionsWithin, type Range } from './expressions-within.ts';
import { linkedFile } from './linked-file.ts';
import { editList, type Fate } from './list-edits.ts';
import { editMap } from './map-edits.ts';
import { changedFields, LiveSuperStreams } from './merge-super-streams.ts';
import { fieldIn, isLinked } from './node-range.ts';
import { OpenedFile } from './opened-file.ts';
import { parseWhole, type ParsedFile } from './parse-file.ts';
import type { Entry } from './split.ts';
import { fieldsOf, renderEntry, superStreamFields, type Defaults } from './render-entry.ts';
import type { Fields, Style } from './render-scalar.ts';
import { entriesOf } from './render-yaml.ts';
import { SecretKeeper } from './secret-fields.ts';
import { assertSpeakable } from './unspeakable.ts';
import { Source } from './source.ts';
import { applyEdits, insertLines, withLineEndsOf, type Edit } from './text-edit.ts';

export interface Merged {
  readonly text: string;
  /** What could not be kept, in sentences. */
  readonly notes: readonly string[];
}

export interface MergeInput {
  /** One of the files that `desired` was read from. */
  readonly file: string;
  readonly desired: Desired;
  /** The live objects that the file declares or owns. */
  readonly live: readonly TopologyObject[];
  /** The default queue type of each vhost. */
  readonly queueTypes: ReadonlyMap<string, string>;
  /** Collects the secrets that are not written. */
  readonly secrets?: SecretKeeper;
}

/** Throws InvalidInput if aliases connect entries that would have to change. */
export function mergeIntoFile(input: MergeInput): Merged {
  const text = input.desired.sources.get(input.file) ?? '';
  const merge = new Merge(text, input);
  const edits = merge.edits();
  const { notes } = merge;
  assertSpeakable(merge.secrets, merge.opened);
  if (edits.length > 0 && merge.root && isLinked(merge.root))
    throw linkedFile(input.file, 'export to another file with --output');
  return { text: applyEdits(text, withLineEndsOf(text, edits)), notes };
}

const leftToOverlay = (object: TopologyObject, { file, line }: Position): string =>
  `${renderObject(object)} is left as it is: ${file}:${line} overlays it, and the broker has it otherwise`;

class Merge {
  readonly root: YAMLMap | undefined;
  readonly opened: OpenedFile;
  readonly secrets: SecretKeeper;
  readonly notes: string[] = [];
  readonly #text: string;
  readonly #file: ParsedFile;
  readonly #style: Style;
  readonly #defaults: Defaults;
  readonly #queueTypes: ReadonlyMap<string, string>;
  /** The objects that each entry declares, by its place. */
  readonly #declared: ReadonlyMap<string, readonly TopologyObject[]>;
  readonly #overlaid: ReadonlyMap<Address, Position>;
  /** Live objects not yet found in the file. */
  readonly #missing: Map<Address, TopologyObject>;
  readonly #live: ReadonlyMap<Address, TopologyObject>;
  readonly #streams: LiveSuperStreams;
  readonly #isExport: boolean;

  constructor(
    text: string,
    { file, desired, live, queueTypes, secrets = new SecretKeeper() }: MergeInput,
  ) {
    const { root } = composeYaml(text);
    const parsed = parseWhole(new Source(file, text));
    if (parsed.kind === 'faulty') throw new Error(`${file} has changed since it was read`);
    this.root = isMap(root) ? root : undefined;
    this.#text = text;
    this.#file = parsed.file;
    const json = this.root?.flow === true;
    this.opened = new OpenedFile(parsed.file);
    this.#isExport = this.opened.isExport;
    const expressions = !this.#isExport;
    this.#style = { expressions, json };
    this.secrets = expressions ? secrets : new SecretKeeper({ expressions });
    this.#queueTypes = queueTypes;
    this.#declared = byPlace(desired, file);
    this.#overlaid = overlaidIn(desired);
    const spelled = spelledVhosts(parsed.file, this.#declared, this.#style);
    const { vhost } = desired.files.get(file) ?? {};
    this.#defaults = { vhost, spelled, queueTypes, secrets: this.secrets };
    this.#live = new Map(live.map((object) => [addressOf(object), object]));
    this.#missing = new Map(this.#live);
    const whole = new Set(
      parsed.file.entries[superStreams].map((one) => placeOf(parsed.file, one)),
    );
    const plain = [...this.#declared].filter(([place]) => !whole.has(place));
    this.#streams = new LiveSuperStreams(
      this.#live,
      plain.flatMap(([, objects]) => objects),
    );
  }

  edits(): Edit[] {
    const fates = new Map(entrySections.map((section) => [section, this.#fatesIn(section)]));
    const added = new Map(this.#entriesOf([...this.#missing.values()]));
    const lists = entrySections.flatMap((section) => {
      const field = this.root && fieldIn(this.root, section);
      if (!field) return [];
      const change = { field, fates: fates.get(section) ?? [], added: added.get(section) ?? [] };
      return editList(this.#text, change, this.#style);
    });
    return [...lists, ...this.#addSections(added)];
  }

  /** RabbitMQ could not import super streams. */
  #entriesOf(objects: readonly TopologyObject[]): [EntrySection, Fields[]][] {
    return entriesOf(objects, this.#defaults, { fold: !this.#isExport });
  }

  #fatesIn(section: EntrySection): Fate[] {
    return this.#file.entries[section].map((entry, index) => this.#fateOf(section, index, entry));
  }

  /** Leaves an entry alone that declares nothing, such as one of the broker's own in an export. */
  #fateOf(section: EntrySection, index: number, entry: Entry): Fate {
    const declared = this.#declared.get(placeOf(this.#file, entry)) ?? [];
    if (section === superStreams) return this.#fateOfStreams(index, entry, declared);
    const pairs = declared.map((object) => this.#pairOf(object));
    if (pairs.every(({ isTrue }) => isTrue)) return { kind: 'stays' };
    const edits = isTemplate(entry) ? undefined : this.#editsOf(section, index, pairs[0]);
    if (edits) {
      this.#noteGivenWay(section, index, edits);
      return { kind: 'edited', edits };
    }
    const live = pairs.flatMap((pair) => pair.live ?? []);
    if (isTemplate(entry)) this.notes.push(goneTemplate(section, index, live.length));
    else if (live.length > 0) this.#noteGivenWay(section, index, [entry]);
    return { kind: 'replaced', by: live.map((object) => fieldsOf(object, this.#defaults)) };
  }

  #fateOfStreams(index: number, entry: Entry, declared: readonly TopologyObject[]): Fate {
    const { before, after, plain } = this.#streams.remainsOf(declared);
    for (const object of [...declared, ...after.flatMap(partsOf)])
      this.#missing.delete(addressOf(object));
    for (const object of plain) this.#missing.set(addressOf(object), object);
    const [was, by] = [before, after].map((streams) =>
      streams.map((stream) => superStreamFields(stream, this.#defaults)),
    ) as [Fields[], Fields[]];
    if (canonical(was) === canonical(by)) return { kind: 'stays' };
    const [first] = declared;
    const overlaid = first && this.#overlaid.get(addressOf(first));
    if (overlaid) {
      this.notes.push(leftToOverlay(first, overlaid));
      return { kind: 'stays' };
    }
    const edits = isTemplate(entry) ? undefined : this.#streamEdits(index, was[0], by[0]);
    if (isTemplate(entry)) this.notes.push(goneTemplate(superStreams, index, by.length));
    else if (by.length > 0) this.#noteGivenWay(superStreams, index, edits ?? [entry]);
    return edits ? { kind: 'edited', edits } : { kind: 'replaced', by };
  }

  #streamEdits(index: number, was: Fields | undefined, now: Fields | undefined) {
    const entry = this.#nodeOf(superStreams, index);
    if (!isMap(entry) || was === undefined || now === undefined) return undefined;
    return editMap(this.#text, entry, changedFields(was, now), this.#style);
  }

  #pairOf(object: TopologyObject): Pair {
    const address = addressOf(object);
    const found = this.#live.get(address);
    const live = found && filledFrom(found, object);
    this.#missing.delete(address);
    const type = this.#queueTypes.get(object.vhost ?? '') ?? 'classic';
    const declared = withDefaults(object, type);
    const isTrue = live !== undefined && isEqual(declared, live);
    const overlaid = this.#overlaid.get(address);
    // The entry itself is not what the overlay makes of it.
    if (!isTrue && overlaid) this.notes.push(leftToOverlay(object, overlaid));
    return { declared, live, isTrue: isTrue || overlaid !== undefined };
  }

  #editsOf(section: EntrySection, index: number, pair: Pair | undefined): Edit[] | undefined {
    const entry = this.#nodeOf(section, index);
    if (!isMap(entry) || !pair?.live) return undefined;
    const { declared, live } = pair;
    if (!isBindingEnd(declared) || !isBindingEnd(live)) return undefined;
    const how = { defaults: this.#defaults, style: this.#style };
    return editEntry(this.#text, entry, declared, live, how);
  }

  #nodeOf(section: EntrySection, index: number): Node | undefined {
    const list = this.root && fieldIn(this.root, section)?.value;
    return list && 'items' in list ? (list.items[index] as Node) : undefined;
  }

  #noteGivenWay(section: EntrySection, index: number, ranges: readonly Range[]): void {
    const entry = this.#nodeOf(section, index);
    if (!entry || !this.#style.expressions) return;
    for (const { offset, expressions } of expressionsWithin(entry, ranges)) {
      const { line } = this.#file.source.at(offset);
      this.notes.push(`line ${line}: ${expressions} was replaced by the live value`);
    }
  }

  /** Appends sections that the file doesn't have yet. */
  #addSections(added: ReadonlyMap<EntrySection, readonly Fields[]>): Edit[] {
    const lists = new Map([...added].filter(([name]) => !this.root || !fieldIn(this.root, name)));
    if (lists.size === 0) return [];
    if (this.root?.flow) return editMap(this.#text, this.root, lists, this.#style) ?? [];
    const lines = [...lists].map(([section, entries]) => {
      const rendered = entries.map((entry) => renderEntry(entry, 2, this.#style));
      return `\n${section}:\n${rendered.join('')}`;
    });
    return [insertLines(this.#text, this.#text.length, lines.join(''))];
  }
}

interface Pair {
  /** With the type that its vhost gives it. */
  readonly declared: TopologyObject;
  readonly live: TopologyObject | undefined;
  readonly isTrue: boolean;
}

function goneTemplate(section: EntrySection, index: number, live: number): string {
  const template = `the for_each of ${section}[${index}]`;
  if (live === 0) return `${template} was removed: nothing that it makes is live`;
  return `${template} is written out as ${live} of its entries: not all that it made is live like this`;
}
