// Places of overlays, and of the entries that they change: a problem there has both places.
import type { Position, Problem } from '../topology/problem.ts';
import type { Changes } from './merge-overlay.ts';
import { Place } from './place.ts';
import type { Row } from './for-each.ts';
import type { Path, Spot } from './locate.ts';

/** An entry of an environment's overlays. */
export class OverlayPlace extends Place {
  override get at(): Position {
    return this.positionOf([]);
  }

  override in(row: Row): OverlayPlace {
    return new OverlayPlace(this.file, this.section, this.index, this.entry, { row });
  }

  positionOf(fields: Path, spot?: Spot): Position {
    return this.file.at(['overlays', ...this.path, ...fields], spot);
  }

  override problem(problem: Problem, fields: Path, spot?: Spot): Problem {
    return { ...super.problem(problem, fields), at: this.positionOf(fields, spot) };
  }
}

interface OverlayAt {
  readonly place: OverlayPlace;
  readonly changes: Changes;
}

/** An entry as overlays have changed it. */
export class OverlaidPlace extends Place {
  readonly #overlays: readonly [OverlayAt, ...OverlayAt[]];

  constructor(base: Place, overlays: readonly [OverlayAt, ...OverlayAt[]]) {
    super(base.file, base.section, base.index, base.entry, base);
    this.#overlays = overlays;
  }

  override of(whole: string): OverlaidPlace {
    return new OverlaidPlace(super.of(whole), this.#overlays);
  }

  /** The first, if there are several. */
  override get overlay(): Position {
    return this.#overlays[0].place.at;
  }

  override problem(problem: Problem, fields: Path, spot?: Spot): Problem {
    const own = super.problem(problem, fields, spot);
    const by = this.#overlays.find(({ changes }) => changes.touch(fields));
    if (by === undefined || fields.length === 0) {
      return {
        ...own,
        message: `${own.message} (changed by the overlay at ${render(this.overlay)})`,
      };
    }
    const at = by.place.positionOf(fields, spot);
    return { ...own, at, message: `${own.message} (in the overlay of ${render(super.at)})` };
  }
}

const render = ({ file, line, col }: Position): string => `${file}:${line}:${col}`;
