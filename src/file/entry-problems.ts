// Turns what is wrong with an entry into a problem with its place in the file.
import type { Address } from '../topology/address.ts';
import type { Doubt } from '../topology/desired.ts';
import { renderIdentity } from '../topology/identity.ts';
import type { TopologyObject } from '../topology/object.ts';
import type { Breach, Position, Problem } from '../topology/problem.ts';
import { superStreams } from './entry-sections.ts';
import type { Place } from './place.ts';
import { asWritten } from './raw-object.ts';

export function toProblem(place: Place, { code, message, hint, path, doubtful }: Breach): Problem {
  const spot = doubtful === 'argument' ? 'key' : 'value';
  const { section, entry } = place;
  const field = section === superStreams ? path : asWritten(section, entry.value, path);
  return place.problem({ code, message, hint }, field, spot);
}

export function toDoubt(place: Place, address: Address, breach: Breach): Doubt {
  const argument = breach.doubtful === 'argument' ? (breach.path.at(-1) ?? '') : null;
  const { isGenerated: isExported } = place.file;
  return { address, argument, isExported, problem: toProblem(place, breach) };
}

export function duplicate(object: TopologyObject, { file, line, col }: Position): Problem {
  return {
    code: 'duplicate-declaration',
    message: `${renderIdentity(object)} is declared twice, first at ${file}:${line}:${col}`,
    hint: 'remove one of the two',
  };
}
