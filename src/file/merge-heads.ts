// Merges what several files say beside their entries, so that one file can say it.
import type { Expectation } from '../topology/desired.ts';
import { kinds } from '../topology/kinds/kinds.ts';
import { InvalidInput, type Position } from '../topology/problem.ts';
import { quote } from '../topology/quote.ts';
import { strictest, type Removal, type Scope } from '../topology/scope.ts';
import { compareVersions } from '../topology/version.ts';
import { toTable, type Value } from '../topology/value.ts';
import type { Fields } from './render-scalar.ts';

export interface MergedScope {
  readonly vhost: string;
  readonly manage: Fields | 'all';
  readonly protect: Fields;
}

/** Undefined if the files own and protect nothing. Throws InvalidInput for those of two vhosts. */
export function mergeScopes(scopes: readonly Scope[]): MergedScope | undefined {
  const [first, ...others] = scopes;
  if (first === undefined) return undefined;
  const { vhost } = first;
  const other = others.find((scope) => scope.vhost !== vhost);
  if (other !== undefined) throw ownedInTwo(vhost, other.vhost);
  const isAll = scopes.some(({ manage }) => manage === 'all');
  const manage = scopes.flatMap((scope) => (scope.manage === 'all' ? [] : scope.manage));
  return {
    vhost,
    manage: isAll ? 'all' : withRemovals(unite(manage), scopes),
    protect: unite(scopes.map(({ protect }) => protect)),
  };
}

/** Each pattern of queues with the strictest rule that it has anywhere. */
function withRemovals(owned: ReadonlyMap<string, string[]>, scopes: readonly Scope[]): Fields {
  const { section } = kinds.queue;
  const removals = scopes.flatMap((scope) => scope.removals ?? []);
  const queues = (owned.get(section) ?? []).map((match) => withRule(match, removals));
  return queues.length === 0 ? owned : new Map<string, Value>([...owned, [section, queues]]);
}

function withRule(match: string, removals: readonly Removal[]): Value {
  const removal = strictest(removals.filter((one) => one.match === match));
  return removal === undefined ? match : toTable({ match, on_remove: removal.on_remove });
}

/** By the names of the file's sections. */
function unite(patterns: readonly object[]): Map<string, string[]> {
  const united = new Map<string, string[]>();
  for (const [key, list] of patterns.flatMap((one) => Object.entries<string[]>(one as never))) {
    const name = Object.hasOwn(kinds, key) ? kinds[key as keyof typeof kinds].section : key;
    const all = [...new Set([...(united.get(name) ?? []), ...list])];
    if (all.length > 0) united.set(name, all);
  }
  return united;
}

function ownedInTwo(first: string, second: string): InvalidInput {
  const message = `the files own or protect objects of the vhosts ${quote(first)} and ${quote(second)}, but one file owns those of one vhost only`;
  const hint = 'render the files of each vhost by themselves';
  return new InvalidInput([{ code: 'owners-of-two-vhosts', message, hint }]);
}

/** All must hold. Throws InvalidInput if they can't. */
export function mergeExpectations(expectations: readonly Expectation[]): Fields {
  const clusters = expectations.flatMap(({ cluster_name }) => cluster_name ?? []);
  const vhosts = [...new Set(expectations.flatMap((one) => one.vhosts?.value ?? []))];
  const [cluster] = clusters;
  const other = clusters.find(({ value }) => value !== cluster?.value);
  if (cluster !== undefined && other !== undefined) throw forTwoClusters(cluster, other);
  const versions = expectations.flatMap(({ min_version }) => min_version?.value ?? []);
  const version = versions.sort(compareVersions).at(-1);
  return toTable({
    ...(cluster && { cluster_name: cluster.value }),
    ...(version !== undefined && { min_version: version }),
    ...(vhosts.length > 0 && { vhosts }),
  });
}

interface Cluster {
  readonly value: string;
  readonly at: Position;
}

function forTwoClusters(first: Cluster, second: Cluster): InvalidInput {
  const { file, line, col } = first.at;
  const message = `the file is for cluster ${quote(second.value)}, but ${file}:${line}:${col} is for ${quote(first.value)}`;
  const hint = 'no broker is both; correct one of them';
  return new InvalidInput([{ code: 'expect-conflict', message, hint, at: second.at }]);
}
