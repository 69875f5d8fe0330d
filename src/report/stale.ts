// Why a plan is stale, object by object.
import type { Drift } from '../reconcile/drift.ts';
import { unreachable } from '../topology/object.ts';
import { describeDifference, describeFields } from './describe.ts';

/** One line, unescaped. */
export function describeDrift(drift: Drift): string {
  switch (drift.kind) {
    case 'changed':
      return `${drift.message}: ${describeDifference(drift.planned, drift.found)}`;
    case 'new':
      return `${drift.message}: there was none, now ${describeFields(drift.object, drift.found)}`;
    case 'along':
      return `${drift.message}: ${describeFields(drift.object, drift.found)}`;
    case 'gone': {
      const { message, object, planned } = drift;
      return object && planned ? `${message}: it was ${describeFields(object, planned)}` : message;
    }
    case 'refused':
    case 'elsewhere':
      return drift.message;
    default:
      return unreachable(drift);
  }
}

/** For machines: null stands for nothing. */
export function driftDocument(drift: Drift) {
  const { kind, message } = drift;
  return {
    kind,
    address: 'address' in drift ? (drift.address ?? null) : null,
    planned: 'planned' in drift ? (drift.planned ?? null) : null,
    found: 'found' in drift ? drift.found : null,
    message,
  };
}
