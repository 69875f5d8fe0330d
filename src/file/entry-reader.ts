// From the entries of the files to the objects they declare: for_each, expressions, schema, rules.
import { addressOf, type Address } from '../topology/address.ts';
import type { Breach } from '../topology/breach.ts';
import type { Declared, Doubt } from '../topology/desired.ts';
import { nameBreaches } from '../topology/name-rules.ts';
import type { TopologyObject } from '../topology/object.ts';
import { breachesOf } from '../topology/object-rules.ts';
import type { Position, Problem } from '../topology/problem.ts';
import { renderObject } from '../topology/quote.ts';
import type { Lookup } from './expression.ts';
import { fillAndCheck, type Filled } from './fill.ts';
import type { Findings } from './findings.ts';
import {
  BadForEach,
  expandRows,
  mostEntries,
  tooMany,
  type ForEach,
  type Row,
} from './for-each.ts';
import type { OpenedFile } from './opened-file.ts';
import { isRecord } from './parse-file.ts';
import { Place } from './place.ts';
import {
  asWritten,
  isBrokersOwn,
  normalize,
  strayArguments,
  typeConflict,
  type Raw,
} from './raw-object.ts';
import { checkSchema, type SchemaPart } from './schema.ts';
import { sections, type Section } from './split.ts';
import type { Variables } from './variables.ts';

const parts: Readonly<Record<Section, SchemaPart>> = {
  exchanges: 'exchange',
  queues: 'queue',
  bindings: 'binding',
};

export class EntryReader {
  readonly objects = new Map<Address, Declared>();
  readonly vhosts = new Map<string, Position>();
  readonly #variables: Variables;
  readonly #findings: Findings;
  #made = 0;
  /** Of the file being read. */
  #leftOut: TopologyObject[] = [];

  constructor(variables: Variables, findings: Findings) {
    this.#variables = variables;
    this.#findings = findings;
  }

  /** `vhost` is that of the entries that name none. */
  read(file: OpenedFile, vhost: string): void {
    for (const section of sections) {
      for (const [index, entry] of file.parsed.entries[section].entries()) {
        this.#readEntry(new Place(file, section, index, entry), vhost);
      }
    }
    this.#warnOfLeftOut(file);
  }

  /** Where one expansion is wrong, the others most likely are: the first speaks for all. */
  #readEntry(place: Place, vhost: string): void {
    const { value } = place.entry;
    if (!isRecord(value) || !('for_each' in value)) {
      this.#readObject(place, value, vhost);
      return;
    }
    const { for_each, ...template } = value;
    for (const row of this.#rows(place, for_each)) {
      if (!this.#readObject(place.in(row), template, vhost)) return;
    }
  }

  #rows(place: Place, forEach: unknown): Row[] {
    const { value, isValid } = this.#fill(place, forEach, 'forEach', ['for_each']);
    if (!isValid) return [];
    try {
      const rows = expandRows(value as ForEach);
      this.#made += rows.length;
      if (this.#made > mostEntries) throw tooMany();
      return rows;
    } catch (error) {
      if (!(error instanceof BadForEach)) throw error;
      this.#findings.problems.push(place.problem(error.problem, ['for_each', ...error.path]));
      return [];
    }
  }

  /** Whether all was well. */
  #readObject(place: Place, value: unknown, vhost: string): boolean {
    const filled = this.#fill(place, value, parts[place.section], []);
    if (!filled.isValid) return this.#checkArguments(place, filled.value);
    const raw = filled.value as Raw;
    const conflict = typeConflict(place.section, raw);
    if (conflict) this.#findings.problems.push(toProblem(place, conflict));
    const object = normalize(place.section, raw, vhost);
    if (!place.file.isExport || !isBrokersOwn(place.section, raw)) {
      return this.#declare(place, object) && !conflict;
    }
    this.#leftOut.push(object);
    return true;
  }

  /** Of an entry with other problems, so that all are told at once. */
  #checkArguments(place: Place, value: unknown): false {
    const breaches = strayArguments(place.section, value);
    this.#findings.problems.push(...breaches.map((breach) => toProblem(place, breach)));
    return false;
  }

  /** Tells what is wrong with some fields. */
  #fill(place: Place, value: unknown, part: SchemaPart, fields: readonly string[]): Filled {
    const path = [...place.path, ...fields];
    const filled = fillAndCheck(value, path, this.#lookup(place), (each, isFromEnvironment) =>
      checkSchema(part, each, path, isFromEnvironment),
    );
    for (const { path: at, spot, ...problem } of filled.problems) {
      this.#findings.problems.push(place.problem(problem, at.slice(2), spot));
    }
    return filled;
  }

  /** In a file that RabbitMQ exported nothing is an expression, but in entries that someone has added. */
  #lookup({ row, file }: Place): Lookup | undefined {
    if (row) return this.#variables.within(row);
    return file.isExport ? undefined : this.#variables.lookup;
  }

  #warnOfLeftOut(file: OpenedFile): void {
    const [first] = this.#leftOut;
    if (first === undefined) return;
    const others = this.#leftOut.length - 1;
    const message =
      others === 0
        ? `${renderObject(first)} belongs to RabbitMQ and is left out`
        : `${renderObject(first)} and ${others} more belong to RabbitMQ and are left out`;
    const hint = 'remove what RabbitMQ makes by itself from the file to be rid of this warning';
    this.#findings.warnings.push(file.problem({ code: 'left-out', message, hint }, []));
    this.#leftOut = [];
  }

  #declare(place: Place, object: TopologyObject): boolean {
    const { at } = place;
    const breaches = [...this.#seeVhost(object.vhost, at), ...breachesOf(object)];
    const wrong = breaches.filter(({ doubtful }) => doubtful === undefined);
    for (const breach of wrong) this.#findings.problems.push(toProblem(place, breach));
    if (wrong.length > 0) return false;
    const address = addressOf(object);
    const first = this.objects.get(address);
    if (first) {
      this.#findings.problems.push(place.problem(duplicate(object, first.at), []));
      return false;
    }
    this.objects.set(address, { object, at });
    for (const breach of breaches) this.#findings.doubts.push(toDoubt(place, address, breach));
    return breaches.length === 0;
  }

  #seeVhost(vhost: string, at: Position): Breach[] {
    if (this.vhosts.has(vhost)) return [];
    this.vhosts.set(vhost, at);
    return nameBreaches(vhost, 'vhost name', ['vhost']);
  }
}

function toProblem(place: Place, { code, message, hint, path, doubtful }: Breach): Problem {
  const spot = doubtful === 'argument' ? 'key' : 'value';
  return place.problem(
    { code, message, hint },
    asWritten(place.section, place.entry.value, path),
    spot,
  );
}

function toDoubt(place: Place, address: Address, breach: Breach): Doubt {
  const argument = breach.doubtful === 'argument' ? (breach.path.at(-1) ?? '') : null;
  return { address, argument, problem: toProblem(place, breach) };
}

function duplicate(object: TopologyObject, { file, line, col }: Position): Problem {
  return {
    code: 'duplicate-declaration',
    message: `${renderObject(object)} is declared twice, first at ${file}:${line}:${col}`,
    hint: 'remove one of the two',
  };
}
