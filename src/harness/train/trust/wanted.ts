// What the task of a unit is made of now, as long as its result would count.
import { flightOf, isWanted } from '../core/copies.ts';
import { parametersOf } from '../core/dispatching.ts';
import { Draft } from '../core/draft.ts';
import type { CoordinatorState } from '../core/state.ts';
import type { Unit } from '../model/unit.ts';
import type { Given } from './words.ts';

/** Undefined if no result counts any more. */
export function givenTo(unit: Unit, state: CoordinatorState): Given | undefined {
  const draft = new Draft(state, 0);
  if (!isWanted(draft, unit)) return undefined;
  return { parameters: parametersOf(draft, unit), rejected: flightOf(draft, unit).rejected };
}
