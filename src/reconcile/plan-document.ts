// Turns a plan into a document and back: topo plan --out saves it, --format json prints it.
import { hash, hashAll, type Address } from '../topology/address.ts';
import { addressOf } from '../topology/identity.ts';
import { canonicalObject, fromFields, toFields } from '../topology/normal-form.ts';
import { isBinding, isRouting, type TopologyObject } from '../topology/object.ts';
import { InvalidInput } from '../topology/problem.ts';
import { canonical } from '../topology/value.ts';
import { noConsents } from './consents.ts';
import { guard } from './guard.ts';
import { lasts } from './ownership.ts';
import { superStreamsIn } from './planned-super-streams.ts';
import type { PlanDocument, Refusal, Step as StepDocument, Summary } from './plan.generated.ts';
import {
  afterOf,
  beforeOf,
  countSteps,
  objectOf,
  renderNeed,
  sourceOf,
  type DeleteStep,
  type Need,
  type Plan,
  type Seen,
  type Step,
} from './step.ts';

export const toDocument = (plan: Plan): PlanDocument => ({
  ...plan,
  steps: [...stepDocuments(plan.steps)],
});

function* stepDocuments(steps: readonly Step[]): Generator<StepDocument> {
  const wholes = new Map(
    superStreamsIn(steps).flatMap(({ address, steps: parts }) =>
      parts.map((part) => [part, address] as const),
    ),
  );
  for (const step of steps) yield toStepDocument(step, wholes.get(step));
}

function toStepDocument(step: Step, part_of: Address | undefined): StepDocument {
  const { address, kind, managed, because, request, depth, connections, effect } = step;
  const [before, after, source] = [beforeOf(step), afterOf(step), sourceOf(step)];
  const carry = step.kind === 'replace' ? step.carry : undefined;
  return {
    address,
    object: objectOf(step).kind,
    kind,
    ...(part_of !== undefined && { part_of }),
    ...(before && { before: toFields(before), before_hash: hashOf(before) }),
    ...(isBinding(before) && { properties_key: before.properties_key }),
    ...(after && { after: toFields(after) }),
    managed,
    ...(because !== undefined && { because }),
    own_request: request.kind === 'own',
    needs: request.kind === 'own' ? request.needs.map(renderNeed) : [request.by],
    ...(source && { source }),
    ...(depth && { depth }),
    ...(carry && { carry }),
    ...(connections !== undefined && { connections }),
    ...(effect && { effect }),
    ...(step.kind === 'delete' && emptiedBy(step)),
  };
}

const emptiedBy = ({ drain, renamed_to }: Pick<DeleteStep, 'drain' | 'renamed_to'>) => ({
  ...(drain && { drain }),
  ...(renamed_to !== undefined && { renamed_to }),
});

/** Identifies the state of a live object, whatever the order of its arguments. */
function hashOf(object: TopologyObject): string {
  return hash(canonicalObject(object), 12);
}

/** Only exchanges and queues have new bindings. */
function parseNeed(text: string): Need {
  const [, end, which] = /^([^/]+\/[^/]+\/[^/]+)\/bindings\/(source|destination)$/.exec(text) ?? [];
  if (end === undefined) return { kind: 'step', address: text };
  return { kind: which === 'source' ? 'bindings-from' : 'bindings-to', address: end };
}

/**
 * Restores the saved plan. Throws InvalidInput if the document was edited: apply must do exactly
 * what was reviewed.
 */
export function fromDocument(document: PlanDocument): Plan {
  const plan = { ...document, steps: document.steps.map(fromStepDocument) };
  if (idOfDocument(document) !== document.id)
    throw edited('its id does not match its steps and refusals');
  if (!isCounted(plan)) throw edited('its summary does not match its steps and refusals');
  if (!isGuarded(plan)) throw edited('a refusal is missing');
  return plan;
}

function edited(what: string): InvalidInput {
  return new InvalidInput([
    { code: 'edited-plan', message: `the plan was edited: ${what}`, hint: 'plan again with --out' },
  ]);
}

function fromStepDocument(step: StepDocument): Step {
  const { address, kind, managed, because, own_request, needs, source: at } = step;
  const { depth, connections, effect } = step;
  const common = {
    address,
    managed,
    because,
    request: own_request
      ? ({ kind: 'own', needs: needs.map(parseNeed) } as const)
      : ({ kind: 'carried', by: because ?? address } as const),
    depth,
    connections,
    effect,
  };
  if (kind === 'create') return { ...common, kind, after: readAfter(step), at };
  if (kind === 'delete') return { ...common, kind, before: readBefore(step), ...emptiedBy(step) };
  const [before, after] = [readBefore(step), readAfter(step)];
  if (kind === 'replace' && isRouting(before) && isRouting(after))
    return { ...common, kind, before, after, at, carry: step.carry };
  if (kind === 'update' && !isRouting(before) && !isRouting(after))
    return { ...common, kind, before, after, at };
  throw changed(address);
}

const changed = (address: Address): InvalidInput => edited(`${address} is not as it was`);

function readAfter({ address, object, after }: StepDocument): TopologyObject {
  const read = after && fromFields(object, after);
  if (read === undefined || addressOf(read) !== address) throw changed(address);
  return read;
}

function readBefore(step: StepDocument): Seen {
  const { address, object, before, before_hash, properties_key = '' } = step;
  const read = before && fromFields(object, before);
  if (read === undefined || addressOf(read) !== address || hashOf(read) !== before_hash)
    throw changed(address);
  return isBinding(read) ? { ...read, properties_key } : read;
}

function isCounted({ steps, refusals, summary }: Plan): boolean {
  const counts = Object.entries({ ...countSteps(steps), refused: refusals.length });
  return counts.every(([kind, n]) => summary[kind as keyof typeof summary] === n);
}

/** The id doesn't cover what depends on what queues hold: check that losses are still refused. */
function isGuarded(plan: Plan): boolean {
  const keyOf = ({ code, address = '' }: Refusal): string => `${code} ${address}`;
  const refused = new Set(plan.refusals.map(keyOf));
  return guard(plan, noConsents).every((refusal) => refused.has(keyOf(refusal)));
}

type Identified<S> = Pick<PlanDocument, 'refusals' | 'destroy'> & {
  readonly steps: Iterable<S>;
  readonly summary: Pick<Summary, 'vhosts'>;
};

/** Equal for plans with the same changes and refusals, whenever they were made. */
export const idOf = ({ steps, ...rest }: Identified<Step>): string =>
  idOfDocument({ ...rest, steps: stepDocuments([...steps]) });

const idOfDocument = (document: Identified<StepDocument>): string => hashAll(textsOf(document), 7);

/**
 * The hash covers the earlier object. Also covers lasting refusals, and the counts that the guards
 * of deletes use.
 */
function* textsOf({
  steps,
  refusals,
  summary,
  destroy,
}: Identified<StepDocument>): Generator<string> {
  let deletes = 0;
  for (const step of steps) {
    if (step.kind === 'delete') deletes++;
    const { carry, connections, effect, ...identity } = step;
    yield canonical(Object.assign(identity, { before: null, depth: null, source: null }));
  }
  yield* refusals
    .filter(lasts)
    .map(({ code, address = '' }) => canonical([code, address]))
    .sort();
  if (deletes > 0) yield canonical(summary.vhosts);
  if (destroy) yield 'destroy';
}
