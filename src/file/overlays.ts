// Overlays of an environment change fields of declared objects. Which ones is said by the fields
// that tell objects of a kind apart; what follows is checked again, with both places.
import type { Position, Problem } from '../topology/problem.ts';
import { nearest } from '../topology/did-you-mean.ts';
import { quote } from '../topology/quote.ts';
import type { EntryFiller } from './entry-filler.ts';
import { entrySections, type EntrySection } from './entry-sections.ts';
import type { Kept } from './fill.ts';
import type { Findings } from './findings.ts';
import { Changes, mergeOverlay } from './merge-overlay.ts';
import type { Path } from './locate.ts';
import { OverlaidPlace, OverlayPlace } from './overlaid-place.ts';
import {
  describe,
  identityOf,
  keyOf,
  nameOf,
  withoutIdentity,
  wrongIdentity,
  type Identity,
} from './overlay-identity.ts';
import type { Place } from './place.ts';
import type { OpenedEnvironment } from './read-environment.ts';

/** An entry with all that overlays change. */
export interface Overlaid {
  readonly place: OverlaidPlace;
  readonly value: object;
  readonly kept: Kept;
}

interface Overlay {
  readonly place: OverlayPlace;
  /** Undefined if it names none: then it is about the only object of this identity. */
  readonly vhost: string | undefined;
  readonly identity: Identity;
  readonly fields: object;
  readonly changes: Changes;
  readonly kept: Kept;
  /** The vhosts of the entries that it has changed. */
  readonly found: Set<string>;
}

/** Of one object: they are compared with each other. */
const mostOverlays = 100;

const tooMany: Problem = {
  code: 'too-many-overlays',
  message: `there are more than ${mostOverlays} overlays of one object`,
  hint: 'write one that has all the fields',
};

export class Overlays {
  readonly #filler: EntryFiller;
  readonly #findings: Findings;
  readonly #byIdentity = new Map<string, Overlay[]>();
  /** The identities of the entries, for sections with overlays. */
  readonly #known = new Map<string, Set<string>>();
  readonly #contradicting = new Set<Overlay>();

  constructor(environment: OpenedEnvironment, filler: EntryFiller, findings: Findings) {
    this.#filler = filler;
    this.#findings = findings;
    for (const [section, entries] of Object.entries(environment.value.overlays ?? {})) {
      if (isSection(section)) this.#readSection(environment, section, entries);
      else findings.problems.push(unknownSection(section, environment));
    }
  }

  #readSection(
    { file }: OpenedEnvironment,
    section: EntrySection,
    entries: readonly object[],
  ): void {
    this.#known.set(section, new Set());
    for (const [index, entry] of entries.entries()) {
      const place = new OverlayPlace(file, section, index, { value: entry, start: 0, end: 0 });
      for (const template of this.#filler.expand(place)) {
        if (!this.#readOverlay(template.place, template.value)) break;
      }
    }
  }

  /** Whether it is valid. */
  #readOverlay(place: OverlayPlace, given: unknown): boolean {
    const { value, isValid, kept } = this.#filler.fill(place, given, undefined);
    if (!isValid) return false;
    const entry = value as Record<string, unknown>;
    const problem = wrongIdentity(entry, place) ?? changesNothing(entry, place);
    if (problem !== undefined) {
      this.#findings.problems.push(problem);
      return false;
    }
    const { section } = place;
    const identity = identityOf(section, entry);
    const fields = withoutIdentity(section, entry);
    const vhost = entry['vhost'] as string | undefined;
    const overlay = { place, vhost, identity, fields, changes: new Changes(fields), kept };
    const key = keyOf(section, identity);
    const others = this.#byIdentity.get(key) ?? [];
    if (others.length === mostOverlays) this.#findings.problems.push(place.problem(tooMany, []));
    if (others.length >= mostOverlays) return false;
    this.#byIdentity.set(key, [...others, { ...overlay, found: new Set() }]);
    return true;
  }

  /** `raw`: a valid entry. Undefined if no overlay is about it. */
  applyTo(place: Place, raw: object, kept: Kept, fileVhost: string): Overlaid | undefined {
    const known = this.#known.get(place.section);
    if (known === undefined) return undefined;
    const { vhost = fileVhost } = raw as { vhost?: string };
    const identity = identityOf(place.section, raw as Record<string, unknown>);
    known.add(nameOf(identity));
    const overlays = (this.#byIdentity.get(keyOf(place.section, identity)) ?? []).filter(
      (one) => one.vhost === undefined || one.vhost === vhost,
    );
    for (const overlay of overlays) overlay.found.add(vhost);
    const [first, ...others] = overlays;
    if (first === undefined) return undefined;
    this.#compare(overlays);
    const isOpen = ({ path }: Kept[number]): boolean =>
      !overlays.some(({ changes }) => changes.touch(path.slice(2)));
    return {
      place: new OverlaidPlace(place, [first, ...others]),
      value: overlays.reduce<unknown>(
        (value, { fields }) => mergeOverlay(value, fields),
        raw,
      ) as object,
      kept: [...kept.filter(isOpen), ...overlays.flatMap((one) => one.kept)],
    };
  }

  /** Reports overlays of one object that disagree, once. */
  #compare(overlays: readonly Overlay[]): void {
    for (const [index, overlay] of overlays.entries()) {
      for (const earlier of overlays.slice(0, index)) {
        if (this.#contradicting.has(overlay)) break;
        const [own, other] = overlay.changes.contradictionTo(earlier.changes) ?? [];
        if (own === undefined || other === undefined) continue;
        this.#contradicting.add(overlay);
        const problem = contradiction(own, earlier.place.positionOf(other));
        this.#findings.problems.push(overlay.place.problem(problem, own));
      }
    }
  }

  /** After all entries: reports overlays that are about none, or about more than one. */
  finish(): void {
    // After other problems, an object that seems to be missing may only be wrong.
    const isComplete = this.#findings.problems.length === 0;
    const told = new Set<unknown>();
    for (const overlay of [...this.#byIdentity.values()].flat()) {
      const { place, found } = overlay;
      if (told.has(place.entry) || found.size === 1 || (found.size === 0 && !isComplete)) continue;
      told.add(place.entry);
      const problem = found.size === 0 ? this.#matchesNothing(overlay) : matchesSeveral(overlay);
      this.#findings.problems.push(place.problem(problem, []));
    }
  }

  #matchesNothing({ place: { section }, identity, vhost }: Overlay): Problem {
    const where = vhost === undefined ? '' : ` in vhost ${quote(vhost)}`;
    const known = this.#known.get(section) ?? [];
    const meant = identity.size === 1 ? nearest(nameOf(identity), known) : undefined;
    return {
      code: 'overlay-of-nothing',
      message: `no file declares ${describe(section, identity)}${where}`,
      hint:
        meant === undefined || meant === nameOf(identity)
          ? 'declare it, or remove the overlay'
          : `did you mean ${quote(meant)}?`,
    };
  }
}

const isSection = (name: string): name is EntrySection =>
  (entrySections as readonly string[]).includes(name);

function unknownSection(name: string, { file }: OpenedEnvironment): Problem {
  const meant = nearest(name, entrySections);
  const problem = {
    code: 'unknown-field',
    message: `overlays has no field ${quote(name)}`,
    hint: meant === undefined ? `there are ${entrySections.join(', ')}` : `did you mean ${meant}?`,
  };
  return file.problem(problem, ['overlays', name], 'key');
}

function changesNothing(entry: object, place: OverlayPlace): Problem | undefined {
  if (Object.keys(withoutIdentity(place.section, entry)).length > 0) return undefined;
  const message = 'the overlay changes nothing';
  const hint = 'name the fields that are different, with their values; null removes one';
  return place.problem({ code: 'empty-overlay', message, hint }, []);
}

const matchesSeveral = ({ place, identity, found }: Overlay): Problem => ({
  code: 'overlay-of-several',
  message: `${describe(place.section, identity)} is declared in the vhosts ${[...found].map(quote).join(', ')}`,
  hint: 'say which one the overlay is about: vhost: …',
});

const contradiction = (path: Path, { file, line, col }: Position): Problem => ({
  code: 'overlay-conflict',
  message: `${path.join('.')} is given another value by the overlay at ${file}:${line}:${col}`,
  hint: 'keep one of the two',
});
