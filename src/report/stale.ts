// Explains why a plan is stale, object by object.
import type { Drift } from '../reconcile/drift.ts';
import { filledFrom, toFields } from '../topology/normal-form.ts';
import { unreachable } from '../topology/object.ts';
import { describeDifference, describeObject } from './describe.ts';

/** One line, unescaped. */
export function describeDrift(drift: Drift): string {
  switch (drift.kind) {
    case 'changed':
      return `${drift.message}: ${describeDifference(drift.planned, filledFrom(drift.found, drift.planned))}`;
    case 'new':
      return `${drift.message}: there was none, now ${describeObject(drift.found)}`;
    case 'along':
      return `${drift.message}: ${describeObject(drift.found)}`;
    case 'gone': {
      const { message, planned } = drift;
      return planned ? `${message}: it was ${describeObject(planned)}` : message;
    }
    case 'refused':
    case 'elsewhere':
    case 'unexpected':
      return drift.message;
    default:
      return unreachable(drift);
  }
}

/** For machines: null means nothing. */
export function driftDocument(drift: Drift) {
  const { kind, message } = drift;
  return {
    kind,
    address: 'address' in drift ? (drift.address ?? null) : null,
    planned: 'planned' in drift ? toFields(drift.planned) : null,
    found: 'found' in drift ? toFields(drift.found) : null,
    message,
  };
}
