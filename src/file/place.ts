// The place that declares an object: an entry of a file, and a row of its for_each.
import type { Section } from '../topology/kinds/kind.ts';
import type { Position, Problem } from '../topology/problem.ts';
import { renderRow, type Row } from './for-each.ts';
import type { Path, Spot } from './locate.ts';
import type { OpenedFile } from './opened-file.ts';
import type { Entry } from './parse-file.ts';

export class Place {
  readonly file: OpenedFile;
  readonly section: Section;
  readonly index: number;
  readonly entry: Entry;
  readonly row: Row | undefined;

  constructor(file: OpenedFile, section: Section, index: number, entry: Entry, row?: Row) {
    this.file = file;
    this.section = section;
    this.index = index;
    this.entry = entry;
    this.row = row;
  }

  get path(): Path {
    return [this.section, this.index];
  }

  get at(): Position {
    return this.file.parsed.source.at(this.entry.start);
  }

  in(row: Row): Place {
    return new Place(this.file, this.section, this.index, this.entry, row);
  }

  /** A problem with a field of the entry, naming the expansion. */
  problem({ message, ...rest }: Problem, fields: Path, spot?: Spot): Problem {
    const which = this.row ? ` (for_each ${renderRow(this.row)})` : '';
    const path = [...this.path, ...fields];
    return this.file.problem({ ...rest, message: message + which }, path, spot);
  }
}
