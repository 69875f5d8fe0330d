// Builds one row of a plan for all steps that create, extend or delete a super stream.
import type { PlannedSuperStream } from '../reconcile/planned-super-streams.ts';
import { superStreamsIn } from '../reconcile/planned-super-streams.ts';
import { hasOwnRequest, objectOf, type Plan, type Step } from '../reconcile/step.ts';
import { plural } from '../topology/count.ts';
import { isQueue } from '../topology/object.ts';
import { countOf } from '../topology/super-stream.ts';
import { toPlain } from '../topology/value.ts';
import { describe, describeArguments } from './describe.ts';
import type { Row } from './row.ts';

export interface SuperStreamRow {
  /** The step in whose place the row stands. */
  readonly step: Step;
  readonly steps: readonly Step[];
  readonly row: Omit<Row, 'place'>;
}

/** Leaves out super streams of which a part is refused: each part then has its own row. */
export function superStreamRows(plan: Plan): SuperStreamRow[] {
  const refused = new Set(plan.refusals.map(({ address }) => address));
  return superStreamsIn(plan.steps).flatMap((planned) => {
    const { steps } = planned;
    const step = steps.find(hasOwnRequest);
    if (step === undefined || steps.some(({ address }) => refused.has(address))) return [];
    return [{ step, steps, row: toRow(planned, plan) }];
  });
}

function toRow(planned: PlannedSuperStream, { vhost: own }: Plan): SuperStreamRow['row'] {
  const { stream, change, steps } = planned;
  const { vhost, name } = stream;
  return {
    steps: 1,
    change: change === 'delete' ? 'delete' : 'create',
    object: 'super stream',
    name: vhost === own ? name : `${name} (vhost ${vhost})`,
    what: `${whatOf(planned)} (${plural(steps.length, 'object')})`,
    notes: [],
    inside: [],
    refusals: [],
  };
}

const mostNamed = 5;

function whatOf({ change, stream, steps }: PlannedSuperStream): string {
  const { keys } = stream;
  if (change === 'delete') {
    const held = steps.filter((step) => isQueue(objectOf(step))).map(describe);
    return [plural(keys.length, 'partition'), ...new Set(held)].join(', ');
  }
  const more = keys.length > mostNamed ? ' …' : '';
  const named = `: ${keys.slice(0, mostNamed).join(', ')}${more}`;
  const isNumbered = change === 'create' && countOf(stream) !== undefined;
  const partitions = plural(keys.length, change === 'create' ? 'partition' : 'more partition');
  const table = toPlain(stream.arguments) as Record<string, unknown>;
  return [`${partitions}${isNumbered ? '' : named}`, ...describeArguments(table)].join(', ');
}
