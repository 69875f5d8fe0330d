// Reads what a file says beside its entries: its vhost, what it owns, its outputs, the vhosts that
// it declares, and sections that aren't planned yet.
import type { DeclaredVhost, Expectation } from '../topology/desired.ts';
import type { HarnessSection } from '../topology/harness.ts';
import { nameBreaches } from '../topology/name-rules.ts';
import type { Owned, Patterns, Scope } from '../topology/scope.ts';
import type { Value } from '../topology/value.ts';
import { fillAndCheck } from './fill.ts';
import type { Findings } from './findings.ts';
import type { FieldProblem } from './locate.ts';
import type { OpenedFile } from './opened-file.ts';
import type { Resolved } from './resolved.ts';
import { checkHead } from './schema.ts';
import { isRecord } from '../topology/json.ts';
import type { Variables } from './variables.ts';
import type { TopologyFile } from '../topology/schema.generated.ts';

export interface Head {
  readonly vhost: string;
  /** Whether the file itself names its vhost. */
  readonly namesVhost: boolean;
  readonly scope: Scope | undefined;
  readonly takesVhost: boolean;
  readonly expectation: Expectation | undefined;
  readonly harness: HarnessSection | undefined;
  readonly outputs: ReadonlyMap<string, Value>;
  readonly notPlanned: ReadonlyMap<string, number>;
  readonly declaredVhosts: ReadonlyMap<string, DeclaredVhost>;
}

/** Undefined if it is invalid. */
export function readHead(
  file: OpenedFile,
  variables: Variables,
  findings: Findings,
  resolved?: Resolved,
): Head | undefined {
  const { variables: declared, ...rest } = file.parsed.head;
  const lookup = file.isExport ? undefined : variables.lookup;
  const { value, isValid, problems, kept } = fillAndCheck(rest, [], lookup, (each, isSecret) =>
    checkHead(each, isSecret).filter((problem) => !warnOfOdd(problem, file, findings)),
  );
  const all = [...problems, ...checkHead({ variables: declared ?? {} })];
  const head = value as TopologyFile;
  const vhost = head.vhost ?? head.original_vhost_name ?? '/';
  if (isValid) all.push(...vhostProblems(vhost));
  findings.problems.push(...all.map(({ path, spot, ...each }) => file.problem(each, path, spot)));
  if (all.length > 0 || !isValid) return undefined;
  for (const section of otherKinds) {
    for (const [index, entry] of recordsIn(head[section]).entries()) {
      resolved?.addOther(section, index, { value: entry, vhost }, kept);
    }
  }
  return {
    vhost,
    namesVhost: head.vhost !== undefined || head.original_vhost_name !== undefined,
    scope: scopeOf(head, vhost),
    takesVhost: file.isExport && head.vhost === undefined && namesNone(file),
    expectation: head.expect && expectationOf(head.expect, file),
    harness: head.harness && { vhost, ...head.harness },
    outputs: new Map(Object.entries((head.outputs ?? {}) as Record<string, Value>)),
    notPlanned: countNotPlanned(head),
    declaredVhosts: readDeclaredVhosts(file, value, vhost),
  };
}

/** Warns where RabbitMQ exported something odd that no plan reads. */
function warnOfOdd(found: FieldProblem, file: OpenedFile, findings: Findings): boolean {
  const { path, spot, ...problem } = found;
  const kinds: readonly string[] = [...otherKinds, 'metadata'];
  const isUnread = problem.code === 'unknown-field' || kinds.includes(String(path[0]));
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
  Object.values(parsed.entries)
    .flat()
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

function scopeOf({ manage, protect }: TopologyFile, vhost: string): Scope | undefined {
  if (manage === undefined && protect === undefined) return undefined;
  return {
    vhost,
    manage: manage === 'all' ? 'all' : ownedBy(manage),
    protect: patternsOf(protect),
  };
}

interface PatternMap {
  exchanges?: string[] | string;
  queues?: string[] | string;
}

interface OwnedMap extends PatternMap {
  bindings_into?: string[] | string;
}

function ownedBy({ bindings_into = [], ...patterns }: OwnedMap = {}): Owned {
  return { ...patternsOf(patterns), bindings_into: [bindings_into].flat() };
}

function patternsOf({ exchanges = [], queues = [] }: PatternMap = {}): Patterns {
  return { exchange: [exchanges].flat(), queue: [queues].flat() };
}

const otherKinds = [
  ...(['vhosts', 'users', 'permissions', 'topic_permissions'] as const),
  ...(['policies', 'parameters', 'global_parameters'] as const),
];

function countNotPlanned(head: TopologyFile): Map<string, number> {
  const counts = otherKinds.map((kind) => [kind, lengthOf(head[kind])] as const);
  return new Map(counts.filter(([, count]) => count > 0));
}

/** An export may hold anything here. */
const lengthOf = (list: unknown): number => (Array.isArray(list) ? list.length : 0);
const recordsIn = (list: unknown): Record<string, unknown>[] =>
  Array.isArray(list) ? list.filter(isRecord) : [];

/**
 * The vhosts with their default queue types. `vhost` is the file's own: an export of one vhost
 * states its type outside of a list.
 */
function readDeclaredVhosts(
  file: OpenedFile,
  head: unknown,
  vhost: string,
): Map<string, DeclaredVhost> {
  const declared = new Map<string, DeclaredVhost>();
  if (!isRecord(head)) return declared;
  const type = typeOf(head);
  if (type !== undefined) declared.set(vhost, { type, at: file.at(['default_queue_type'], 'key') });
  const list = Array.isArray(head['vhosts']) ? head['vhosts'] : [];
  for (const [index, entry] of list.entries()) {
    if (!isRecord(entry) || typeof entry['name'] !== 'string') continue;
    declared.set(entry['name'], { type: typeOf(entry), at: file.at(['vhosts', index]) });
  }
  return declared;
}

/** RabbitMQ writes it in either place; 3.10 writes "undefined" for none. */
function typeOf(vhost: Record<string, unknown>): string | undefined {
  const metadata = isRecord(vhost['metadata']) ? vhost['metadata'] : {};
  return [vhost['default_queue_type'], metadata['default_queue_type']]
    .filter((type) => typeof type === 'string')
    .find((type) => type !== 'undefined');
}
