// Ends a unit's flight: it is done, its round is, or it is given up for good.
import type { Draft } from './draft.ts';
import type { Candidate } from './reducer-types.ts';
import type { Flight } from './state.ts';
import { takeBackDone } from './unattended.ts';

export function retire(draft: Draft, { unit, kept }: Flight): void {
  draft.flights.delete(unit.id);
  draft.isChanged = true;
  for (const candidate of kept) drop(draft, candidate);
  takeBackDone(draft, unit.id);
}

export function drop(draft: Draft, { delivery, unit, worker }: Candidate): void {
  draft.emit({ kind: 'drop', delivery, unit, worker });
}
