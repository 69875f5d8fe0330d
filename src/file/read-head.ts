// Reads what a file says beside its entries: its vhost, what it owns, its outputs, the vhosts that
// it expects, its harness.
import type { Expectation, ExpectedType } from '../topology/desired.ts';
import type { HarnessSection } from '../topology/harness.ts';
import { nameBreaches } from '../topology/name-rules.ts';
import type { Owned, Patterns, Removal, Scope } from '../topology/scope.ts';
import type { Value } from '../topology/value.ts';
import { fillAndCheck } from './fill.ts';
import type { Findings } from './findings.ts';
import type { FieldProblem } from './locate.ts';
import type { OpenedFile } from './opened-file.ts';
import { checkHead } from './schema.ts';
import { isRecord } from '../topology/json.ts';
import type { Variables } from './variables.ts';
import type { Ownable } from '../topology/kinds/kind.ts';
import { kinds, ownableKinds } from '../topology/kinds/kinds.ts';
import { endKinds, routingKinds } from '../topology/object.ts';
import type { QueuePatterns, TopologyFile } from '../topology/schema.generated.ts';

export interface Head {
  readonly vhost: string;
  /** Whether the file itself names its vhost. */
  readonly namesVhost: boolean;
  readonly scope: Scope | undefined;
  readonly takesVhost: boolean;
  readonly expectation: Expectation | undefined;
  readonly harness: HarnessSection | undefined;
  readonly outputs: ReadonlyMap<string, Value>;
  readonly expectedTypes: ReadonlyMap<string, ExpectedType>;
}

/** Undefined if it is invalid. */
export function readHead(
  file: OpenedFile,
  variables: Variables,
  findings: Findings,
): Head | undefined {
  const { variables: declared, ...rest } = file.parsed.head;
  const lookup = file.isExport ? undefined : variables.lookup;
  const { value, isValid, problems } = fillAndCheck(rest, [], lookup, (each, isSecret) =>
    checkHead(each, isSecret).filter((problem) => !warnOfOdd(problem, file, findings)),
  );
  const all = [...problems, ...checkHead({ variables: declared ?? {} })];
  const head = value as TopologyFile;
  const vhost = head.vhost ?? head.original_vhost_name ?? '/';
  if (isValid) all.push(...vhostProblems(vhost));
  findings.problems.push(...all.map(({ path, spot, ...each }) => file.problem(each, path, spot)));
  if (all.length > 0 || !isValid) return undefined;
  return {
    vhost,
    namesVhost: head.vhost !== undefined || head.original_vhost_name !== undefined,
    scope: scopeOf(head, vhost, file),
    takesVhost: file.isExport && head.vhost === undefined && namesNone(file),
    expectation: head.expect && expectationOf(head.expect, file),
    harness: head.harness && { vhost, ...head.harness },
    outputs: new Map(Object.entries((head.outputs ?? {}) as Record<string, Value>)),
    expectedTypes: readExpectedTypes(file, value, vhost),
  };
}

/** Warns where RabbitMQ exported something odd that no plan reads. */
function warnOfOdd(found: FieldProblem, file: OpenedFile, findings: Findings): boolean {
  const { path, spot, ...problem } = found;
  const isUnread = problem.code === 'unknown-field' || path[0] === 'metadata';
  if (!file.isExport || !isUnread) return false;
  findings.warnings.push(file.problem(problem, path, spot));
  return true;
}

function vhostProblems(vhost: string): FieldProblem[] {
  return nameBreaches(vhost, 'vhost name', ['vhost']).map(({ code, message, hint, path }) => ({
    code,
    message,
    hint,
    path,
    spot: 'value',
  }));
}

const namesNone = ({ parsed }: OpenedFile): boolean =>
  routingKinds
    .flatMap((kind) => parsed.entries[kinds[kind].section])
    .some(({ value }) => isRecord(value) && !('vhost' in value));

export function expectationOf(
  { cluster_name, min_version, vhosts }: NonNullable<TopologyFile['expect']>,
  file: OpenedFile,
): Expectation {
  const placed = <T>(field: string, value: T | undefined) =>
    value === undefined ? undefined : { value, at: file.at(['expect', field]) };
  return {
    cluster_name: placed('cluster_name', cluster_name),
    min_version: placed('min_version', min_version),
    vhosts: placed('vhosts', vhosts),
  };
}

function scopeOf(
  { manage, protect }: TopologyFile,
  vhost: string,
  file: OpenedFile,
): Scope | undefined {
  if (manage === undefined && protect === undefined) return undefined;
  const removals = manage === 'all' ? [] : removalsOf(manage?.queues, file);
  return {
    vhost,
    manage: manage === 'all' ? 'all' : ownedBy(manage),
    protect: patternsOf(protect),
    ...(removals.length > 0 && { removals }),
  };
}

function removalsOf(given: QueuePatterns = [], file: OpenedFile): Removal[] {
  return [given].flat().flatMap((pattern, index) => {
    if (typeof pattern === 'string' || pattern.on_remove === undefined) return [];
    const { match, on_remove } = pattern as Omit<Removal, 'at'>;
    const nth = Array.isArray(given) ? [index] : [];
    return { match, on_remove, at: file.at(['manage', 'queues', ...nth, 'on_remove']) };
  });
}

type Patterned = string | { readonly match: string };
type PatternMap = Readonly<Record<string, Patterned[] | Patterned | undefined>>;

function ownedBy({ bindings_into = [], ...patterns }: PatternMap = {}): Owned {
  return { ...patternsOf(patterns), bindings_into: [bindings_into].flat().map(patternIn) };
}

function patternsOf(patterns: PatternMap = {}): Patterns {
  const listOf = (kind: Ownable) => [patterns[kinds[kind].section] ?? []].flat().map(patternIn);
  const named = ownableKinds.filter((kind) => listOf(kind).length > 0);
  const lists = [...endKinds, ...named].map((kind) => [kind, listOf(kind)]);
  return Object.fromEntries(lists) as Patterns;
}

const patternIn = (given: Patterned): string => (typeof given === 'string' ? given : given.match);

/** An export of one vhost states its default queue type outside of a list. */
function readExpectedTypes(
  file: OpenedFile,
  head: unknown,
  vhost: string,
): Map<string, ExpectedType> {
  const type = isRecord(head) ? typeOf(head) : undefined;
  if (type === undefined) return new Map();
  return new Map([[vhost, { type, at: file.at(['default_queue_type'], 'key') }]]);
}

/** RabbitMQ writes it in either place; 3.10 writes "undefined" for none. */
function typeOf(vhost: Record<string, unknown>): string | undefined {
  const metadata = isRecord(vhost['metadata']) ? vhost['metadata'] : {};
  return [vhost['default_queue_type'], metadata['default_queue_type']]
    .filter((type) => typeof type === 'string')
    .find((type) => type !== 'undefined');
}
