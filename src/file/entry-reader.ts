// Reads the entries of the files into the objects that they declare: for_each, expressions, schema,
// rules.
import { endsOf, type Address } from '../topology/address.ts';
import type { Declared } from '../topology/desired.ts';
import { addressOf } from '../topology/identity.ts';
import type { Section } from '../topology/kinds/kind.ts';
import { breachesOf, kindOfSection } from '../topology/kinds/kinds.ts';
import { nameBreaches } from '../topology/name-rules.ts';
import {
  isAnyPolicy,
  isBinding,
  isBindingEnd,
  isRouting,
  type Binding,
  type BindingEnd,
  type TopologyObject,
} from '../topology/object.ts';
import type { Breach, Position, Problem } from '../topology/problem.ts';
import { quote } from '../topology/quote.ts';
import { hasSourceRules, sourceBreaches } from '../topology/source-rules.ts';
import { partsOf } from '../topology/super-stream.ts';
import { duplicate, toDoubt, toProblem } from './entry-problems.ts';
import { entrySections, superStreams } from './entry-sections.ts';
import type { EntryFiller } from './entry-filler.ts';
import { ExportNotes } from './exported.ts';
import { isTolerated, isUnwritable, leftOut, tidyEntry } from './exported.ts';
import type { Filled, Kept } from './fill.ts';
import type { Findings } from './findings.ts';
import type { OpenedFile } from './opened-file.ts';
import type { Overlays } from './overlays.ts';
import { passwordConflict, withSource } from './password-fields.ts';
import { Place } from './place.ts';
import {
  brokersOwn,
  joined,
  normalize,
  strayArguments,
  typeConflict,
  type Raw,
} from './raw-object.ts';
import { checkSchema, type SchemaPart } from './schema.ts';
import type { Entry } from './split.ts';
import { superStreamBreaches, toSuperStream, type RawSuperStream } from './super-stream-entry.ts';
import { Renames } from './renames.ts';
import type { Resolved } from './resolved.ts';
import { soundBreaches } from './sound-fields.ts';
import { withOrigins } from './secret-origins.ts';

/** An entry, once it is resolved. */
interface Whole {
  readonly place: Place;
  readonly value: Raw;
  readonly kept: Kept;
}

export class EntryReader {
  readonly objects = new Map<Address, Declared>();
  readonly vhosts = new Map<string, Position>();
  /** Exchanges and queues of exports that can't be declared, and yet must not be deleted. */
  readonly leftOut: BindingEnd[] = [];
  readonly #filler: EntryFiller;
  readonly #findings: Findings;
  readonly #overlays: Overlays | undefined;
  readonly #resolved: Resolved | undefined;
  readonly renames = new Renames();
  /** Bindings whose source may refuse them. */
  readonly #unsure: { readonly place: Place; readonly binding: Binding }[] = [];

  constructor(
    filler: EntryFiller,
    findings: Findings,
    { overlays, resolved }: { overlays?: Overlays | undefined; resolved?: Resolved | undefined },
  ) {
    this.#filler = filler;
    this.#findings = findings;
    this.#overlays = overlays;
    this.#resolved = resolved;
  }

  /** `vhost`: for entries that name none. */
  read(file: OpenedFile, vhost: string): void {
    const notes = new ExportNotes(file);
    if (this.#resolved) this.#resolved.isGenerated ||= file.isGenerated;
    for (const section of entrySections) {
      for (const [index, entry] of file.parsed.entries[section].entries()) {
        this.#readEntry(new Place(file, section, index, entry), vhost, notes);
      }
    }
    this.#findings.warnings.push(...notes.warnings());
  }

  /** Checks what needs the entries of all files. */
  finish(): void {
    const wrong = new Set<Entry>();
    for (const { place, binding } of this.#unsure) {
      const breaches = wrong.has(place.entry) ? [] : sourceBreaches(binding, this.#find);
      if (breaches.length > 0) wrong.add(place.entry);
      this.#findings.problems.push(...breaches.map((breach) => toProblem(place, breach)));
    }
    this.#findings.problems.push(...this.renames.finish(this.objects));
  }

  readonly #find = (address: Address): TopologyObject | undefined =>
    this.objects.get(address)?.object;

  /** If one expansion is wrong, the others most likely are: report the first only. */
  #readEntry(place: Place, vhost: string, notes: ExportNotes): void {
    for (const { place: each, value } of this.#filler.expand(place)) {
      if (!this.#readObject(each, value, vhost, notes)) return;
    }
  }

  /** Whether the entry is valid. */
  #readObject(place: Place, given: unknown, vhost: string, notes: ExportNotes): boolean {
    const { section, file } = place;
    if (section === superStreams) return this.#readSuperStream(place, given, vhost, notes);
    const value = file.isGenerated ? tidy(section, place, given, notes) : given;
    if (value === undefined) return true;
    const own = file.isExport ? brokersOwn(section, value, vhost) : undefined;
    if (own) {
      if (isRouting(own)) notes.addOwn(own);
      return true;
    }
    const filled = this.#filler.fill(place, value, kindOfSection(section), [], notes);
    if (!filled.isValid) {
      const breaches = file.isGenerated
        ? strayArguments(section, filled.value)
        : soundBreaches(section, filled, vhost);
      return this.#checkSound(place, breaches);
    }
    const raw = filled.value as Raw;
    const whole = this.#overlay(place, filled, kindOfSection(section), vhost);
    if (whole === undefined) return false;
    const conflict = typeConflict(section, whole.value) ?? passwordConflict(section, whole.value);
    if (conflict) this.#findings.problems.push(toProblem(whole.place, conflict));
    const known = withOrigins(section, whole.value, whole.kept);
    const object = normalize(section, withSource(section, known, whole.kept), vhost);
    if (whole.place.overlay && addressOf(object) !== addressOf(normalize(section, raw, vhost))) {
      this.#findings.problems.push(whole.place.problem(anotherObject(section), ['arguments']));
      return false;
    }
    this.#resolved?.addObject(object, whole.kept);
    this.renames.add(whole.place, object, whole.value);
    return this.#declare(whole.place, object, notes) && !conflict;
  }

  #readSuperStream(place: Place, given: unknown, vhost: string, notes: ExportNotes): boolean {
    const filled = this.#filler.fill(place, given, 'superStream');
    if (!filled.isValid) return this.#checkSound(place, strayArguments('queues', filled.value));
    const whole = this.#overlay(place, filled, 'superStream', vhost);
    if (whole === undefined) return false;
    const raw = whole.value as RawSuperStream;
    const stream = toSuperStream(raw, vhost);
    const breaches = superStreamBreaches(raw, stream);
    this.#findings.problems.push(...breaches.map((breach) => toProblem(whole.place, breach)));
    if (breaches.length > 0) return false;
    const part = whole.place.of(`super stream ${quote(stream.name)}`);
    return partsOf(stream).every((object) => this.#declare(part, object, notes));
  }

  /** The entry with its overlays, if it has any; undefined if that is invalid. */
  #overlay(place: Place, filled: Filled, part: SchemaPart, vhost: string): Whole | undefined {
    const { value, kept } = filled;
    const overlaid = this.#overlays?.applyTo(place, value as Raw, kept, vhost);
    if (overlaid === undefined) return { place, value: value as Raw, kept };
    const problems = checkSchema(part, overlaid.value, place.path);
    for (const { path, spot, ...problem } of problems) {
      this.#findings.problems.push(overlaid.place.problem(problem, path.slice(2), spot));
    }
    return problems.length > 0 ? undefined : { ...overlaid, value: overlaid.value };
  }

  /** Reports what else is wrong with an invalid entry: all problems come at once. */
  #checkSound(place: Place, breaches: readonly Breach[]): false {
    this.#findings.problems.push(...breaches.map((breach) => toProblem(place, breach)));
    return false;
  }

  #declare(place: Place, object: TopologyObject, notes: ExportNotes): boolean {
    const { at } = place;
    const found = breachesOf(object);
    if (place.file.isGenerated) {
      const hopeless = found.find(isUnwritable);
      if (hopeless) return this.#leaveOut(place, object, hopeless, notes);
    }
    const odd = place.file.isGenerated ? found.filter((each) => isTolerated(each, object)) : [];
    for (const breach of odd) notes.add(toProblem(place, breach));
    const isVhost = object.kind === 'vhost';
    const ofVhost = this.#seeVhost(isVhost ? object.name : object.vhost, at);
    const own = found.filter((breach) => !odd.includes(breach));
    const breaches = isVhost ? own : [...ofVhost, ...own];
    const wrong = breaches.filter(({ doubtful }) => doubtful === undefined);
    if (wrong.length > 0) {
      // The broker could lift doubts, but it isn't asked about a file that is wrong.
      const told = place.file.isGenerated ? wrong : breaches;
      for (const breach of told) this.#findings.problems.push(toProblem(place, breach));
      return false;
    }
    const address = addressOf(object);
    const first = this.objects.get(address);
    const whole = first && joined(first.object, object);
    if (whole) {
      this.objects.set(address, { object: whole, at: first.at });
      return true;
    }
    if (first) {
      this.#findings.problems.push(place.problem(duplicate(object, first.at), []));
      return false;
    }
    const { overlay } = place;
    const find = (path: readonly string[]): Position =>
      toProblem(place, { code: '', message: '', hint: '', path }).at ?? at;
    this.objects.set(address, {
      object,
      at,
      ...(overlay && { overlaid: overlay }),
      ...((isAnyPolicy(object) || object.kind === 'parameter') && { find }),
    });
    if (isBinding(object) && hasSourceRules(this.#find(endsOf(object).source))) {
      this.#unsure.push({ place, binding: object });
    }
    for (const breach of breaches) this.#findings.doubts.push(toDoubt(place, address, breach));
    return breaches.length === 0;
  }

  #leaveOut(place: Place, object: TopologyObject, why: Breach, notes: ExportNotes): true {
    notes.add(toProblem(place, leftOut(why, object)));
    if (isBindingEnd(object)) this.leftOut.push(object);
    return true;
  }

  #seeVhost(vhost: string | null, at: Position): Breach[] {
    if (vhost === null || this.vhosts.has(vhost)) return [];
    this.vhosts.set(vhost, at);
    return nameBreaches(vhost, 'vhost name', ['vhost']);
  }
}

/** Undefined if the entry is left out. */
function tidy(section: Section, place: Place, given: unknown, notes: ExportNotes): unknown {
  const { value, odd, isLeftOut } = tidyEntry(section, given);
  for (const { path, spot, ...problem } of odd) notes.add(place.problem(problem, path, spot));
  return isLeftOut ? undefined : value;
}

function anotherObject(section: Section): Problem {
  const kind = kindOfSection(section).replaceAll('_', ' ');
  return {
    code: 'overlay-identity',
    message: `an overlay can't make another ${kind} of this one: its arguments say which one it is`,
    hint: 'declare another one in a file that only this environment has: files: […]',
  };
}
