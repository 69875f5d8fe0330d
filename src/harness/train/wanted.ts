// What the task of a unit is made of now, as long as a result of it would count.
import { flightOf, isWanted } from './copies.ts';
import { parametersOf } from './dispatching.ts';
import { Draft } from './draft.ts';
import type { CoordinatorState } from './state.ts';
import type { Unit } from './unit.ts';
import type { Given } from './words.ts';

/** Undefined where no result counts any more. */
export function givenTo(unit: Unit, state: CoordinatorState): Given | undefined {
  const draft = new Draft(state, 0);
  if (!isWanted(draft, unit)) return undefined;
  return { parameters: parametersOf(draft, unit), rejected: flightOf(draft, unit).rejected };
}
