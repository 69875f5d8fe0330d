// The place that declares an object: an entry of a file, and a row of its for_each.
import type { Position, Problem } from '../topology/problem.ts';
import type { EntrySection } from './entry-sections.ts';
import { renderRow, type Row } from './for-each.ts';
import type { Path, Spot } from './locate.ts';
import type { OpenedFile } from './opened-file.ts';
import type { Entry } from './split.ts';

export class Place {
  readonly file: OpenedFile;
  readonly section: EntrySection;
  readonly index: number;
  readonly entry: Entry;
  readonly row: Row | undefined;
  /** What the entry declares several objects as, such as: super stream "invoices". */
  readonly whole: string | undefined;

  constructor(
    file: OpenedFile,
    section: EntrySection,
    index: number,
    entry: Entry,
    { row, whole }: Pick<Partial<Place>, 'row' | 'whole'> = {},
  ) {
    this.file = file;
    this.section = section;
    this.index = index;
    this.entry = entry;
    this.row = row;
    this.whole = whole;
  }

  get path(): Path {
    return [this.section, this.index];
  }

  /** The overlay that changes the entry. */
  get overlay(): Position | undefined {
    return undefined;
  }

  get at(): Position {
    return this.file.parsed.source.at(this.entry.start);
  }

  in(row: Row): Place {
    return new Place(this.file, this.section, this.index, this.entry, { row });
  }

  of(whole: string): Place {
    return new Place(this.file, this.section, this.index, this.entry, { row: this.row, whole });
  }

  /** A problem with a field of the entry, naming the expansion. */
  problem({ message, ...rest }: Problem, fields: Path, spot?: Spot): Problem {
    const part = this.whole === undefined ? '' : ` (part of ${this.whole})`;
    const which = `${part}${this.row ? ` (for_each ${renderRow(this.row)})` : ''}`;
    const path = [...this.path, ...fields];
    return this.file.problem({ ...rest, message: message + which }, path, spot);
  }
}
