// From the entries of the files to the objects they declare: for_each, expressions, schema, rules.
import { addressOf, type Address } from '../topology/address.ts';
import type { Breach } from '../topology/breach.ts';
import type { Declared } from '../topology/desired.ts';
import { nameBreaches } from '../topology/name-rules.ts';
import type { TopologyObject } from '../topology/object.ts';
import { breachesOf } from '../topology/object-rules.ts';
import type { Position } from '../topology/problem.ts';
import { renderObject } from '../topology/quote.ts';
import { evaluate } from './evaluate.ts';
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
import { isBrokersOwn, normalize, typeConflict, type Raw } from './raw-object.ts';
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
      for (const index of file.parsed.entries[section].keys()) {
        this.#readEntry(new Place(file, section, index), vhost);
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
    const path = [...place.path, 'for_each'];
    const filled = this.#fill(place, forEach, path);
    if (filled === undefined || !this.#isValid(place, 'forEach', filled, ['for_each'])) return [];
    try {
      const rows = expandRows(filled as ForEach);
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
    const isLiteral = place.file.isExport && !place.row;
    const filled = isLiteral ? value : this.#fill(place, value, place.path);
    if (filled === undefined || !this.#isValid(place, parts[place.section], filled, []))
      return false;
    const raw = filled as Raw;
    const conflict = typeConflict(raw);
    if (conflict) this.#findings.problems.push(place.problem(conflict, conflict.path));
    const object = normalize(place.section, raw, vhost);
    if (!place.file.isExport || !isBrokersOwn(place.section, raw)) {
      return this.#declare(place, object) && !conflict;
    }
    this.#leftOut.push(object);
    return true;
  }

  #warnOfLeftOut(file: OpenedFile): void {
    const [first] = this.#leftOut;
    if (first === undefined) return;
    const others = this.#leftOut.length > 1 ? ` and ${this.#leftOut.length - 1} more` : '';
    const message = `${renderObject(first)}${others} belong to RabbitMQ and are left out`;
    const hint = 'Remove them from the file to be rid of this warning.';
    this.#findings.warnings.push(file.problem({ code: 'left-out', message, hint }, []));
    this.#leftOut = [];
  }

  /** Undefined where an expression has no value. */
  #fill(place: Place, value: unknown, path: Place['path']): unknown {
    const { row } = place;
    const lookup = row ? this.#variables.within(row) : this.#variables.lookup;
    let isWhole = true;
    const filled = evaluate(value, path, lookup, (at, { problem, expression }) => {
      isWhole = false;
      const spot = { text: expression };
      if (problem) this.#findings.problems.push(place.problem(problem, at.slice(2), spot));
    });
    return isWhole ? filled : undefined;
  }

  #isValid(place: Place, part: SchemaPart, value: unknown, fields: readonly string[]): boolean {
    const problems = checkSchema(part, value, [...place.path, ...fields]);
    for (const { path, spot, ...problem } of problems) {
      this.#findings.problems.push(place.problem(problem, path.slice(2), spot));
    }
    return problems.length === 0;
  }

  #declare(place: Place, object: TopologyObject): boolean {
    const { at } = place;
    const address = addressOf(object);
    const first = this.objects.get(address);
    if (first) {
      this.#findings.problems.push(place.problem(duplicate(object, first.at), []));
      return false;
    }
    this.objects.set(address, { object, at });
    const breaches = [...this.#seeVhost(object.vhost, at), ...breachesOf(object)];
    for (const breach of breaches) this.#tell(place, address, breach);
    return breaches.length === 0;
  }

  #seeVhost(vhost: string, at: Position): Breach[] {
    if (this.vhosts.has(vhost)) return [];
    this.vhosts.set(vhost, at);
    return nameBreaches(vhost, 'vhost name', ['vhost']);
  }

  #tell(place: Place, address: Address, { path, doubtful, ...breach }: Breach): void {
    const problem = place.problem(breach, path, doubtful ? 'key' : 'value');
    if (doubtful) this.#findings.doubt(address, path.at(-1) ?? '', problem);
    else this.#findings.problems.push(problem);
  }
}

function duplicate(object: TopologyObject, { file, line, col }: Position) {
  return {
    code: 'duplicate-declaration',
    message: `${renderObject(object)} is declared twice, first at ${file}:${line}:${col}`,
    hint: 'Remove one of the two.',
  };
}
