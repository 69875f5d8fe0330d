// Fills in the expressions of entries and expands their for_each, and reports what is wrong with
// either.
import type { ExportNotes } from './exported.ts';
import { isTolerable } from './exported.ts';
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
import { isRecord } from '../topology/json.ts';
import type { Place } from './place.ts';
import { checkSchema, type SchemaPart } from './schema.ts';
import type { Variables } from './variables.ts';

/** One of the entries that an entry makes. */
export interface Template<P extends Place> {
  readonly place: P;
  /** Without its for_each. */
  readonly value: unknown;
}

export class EntryFiller {
  readonly #variables: Variables;
  readonly #findings: Findings;
  #made = 0;

  constructor(variables: Variables, findings: Findings) {
    this.#variables = variables;
    this.#findings = findings;
  }

  /** The entry itself, or one for each row of its for_each. */
  expand<P extends Place>(place: P): Template<P>[] {
    const { value } = place.entry;
    if (!isRecord(value) || !('for_each' in value)) return [{ place, value }];
    const { for_each, ...template } = value;
    return this.#rows(place, for_each).map((row) => ({
      place: place.in(row) as P,
      value: template,
    }));
  }

  #rows(place: Place, forEach: unknown): Row[] {
    const { value, isValid } = this.fill(place, forEach, 'forEach', ['for_each']);
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

  /** `part`: the schema that the value must fit; without it, any value will do. */
  fill(
    place: Place,
    value: unknown,
    part: SchemaPart | undefined,
    fields: readonly string[] = [],
    notes?: ExportNotes,
  ): Filled {
    const path = [...place.path, ...fields];
    const check = (each: unknown, isFromEnvironment: Parameters<typeof checkSchema>[3]) =>
      part === undefined ? [] : checkSchema(part, each, path, isFromEnvironment);
    const filled = fillAndCheck(value, path, this.#lookup(place), (each, isFromEnvironment) =>
      check(each, isFromEnvironment).filter((problem) => {
        const isOdd = notes !== undefined && isTolerable(problem, place.file);
        if (isOdd) notes.add(place.problem(problem, problem.path.slice(2), problem.spot));
        return !isOdd;
      }),
    );
    for (const { path: at, spot, ...problem } of filled.problems) {
      this.#findings.problems.push(place.problem(problem, at.slice(2), spot));
    }
    return filled;
  }

  /** Nothing that RabbitMQ exported is an expression, except in entries that people have added. */
  #lookup({ row, file }: Place): Lookup | undefined {
    if (row) return this.#variables.within(row);
    return file.isExport ? undefined : this.#variables.lookup;
  }
}
