// What a file says beside its entries: its vhost, what it owns, its outputs, and sections not planned yet.
import { nameBreaches } from '../topology/name-rules.ts';
import type { Patterns, Scope } from '../topology/scope.ts';
import type { Value } from '../topology/value.ts';
import { evaluate } from './evaluate.ts';
import type { Findings } from './findings.ts';
import type { OpenedFile } from './opened-file.ts';
import { checkHead } from './schema.ts';
import type { Variables } from './variables.ts';
import type { TopologyFile } from '../topology/schema.generated.ts';

export interface Head {
  readonly vhost: string;
  /** Whether the file itself names its vhost. */
  readonly namesVhost: boolean;
  readonly scope: Scope | undefined;
  readonly outputs: ReadonlyMap<string, Value>;
  readonly notPlanned: ReadonlyMap<string, number>;
}

/** Undefined where it is wrong. */
export function readHead(
  file: OpenedFile,
  variables: Variables,
  findings: Findings,
): Head | undefined {
  const before = findings.problems.length;
  const head = fill(file, variables, findings);
  for (const { path, spot, ...problem } of checkHead(head)) {
    findings.problems.push(file.problem(problem, path, spot));
  }
  if (findings.problems.length > before) return undefined;
  const valid = head as TopologyFile;
  const vhost = valid.vhost ?? valid.original_vhost_name ?? '/';
  for (const { path, ...breach } of nameBreaches(vhost, 'vhost name', ['vhost'])) {
    findings.problems.push(file.problem(breach, path));
  }
  return {
    vhost,
    namesVhost: valid.vhost !== undefined || valid.original_vhost_name !== undefined,
    scope: scopeOf(valid, vhost),
    outputs: new Map(Object.entries((valid.outputs ?? {}) as Record<string, Value>)),
    notPlanned: countNotPlanned(valid),
  };
}

function fill(file: OpenedFile, variables: Variables, findings: Findings): Record<string, unknown> {
  const { variables: declared, ...head } = file.parsed.head;
  if (file.isExport) return head;
  const filled = evaluate(head, [], variables.lookup, (path, reason) => {
    const { problem, expression } = reason;
    if (problem) findings.problems.push(file.problem(problem, path, { text: expression }));
  });
  return { ...(filled as object), ...(declared !== undefined && { variables: declared }) };
}

function scopeOf({ manage, protect }: TopologyFile, vhost: string): Scope | undefined {
  if (manage === undefined && protect === undefined) return undefined;
  return {
    vhost,
    manage: manage === 'all' ? 'all' : patternsOf(manage),
    protect: patternsOf(protect),
  };
}

type PatternMap = { exchanges?: string[] | string; queues?: string[] | string };

function patternsOf({ exchanges = [], queues = [] }: PatternMap = {}): Patterns {
  return { exchange: [exchanges].flat(), queue: [queues].flat() };
}

const otherKinds = [
  ...(['vhosts', 'users', 'permissions', 'topic_permissions'] as const),
  ...(['policies', 'parameters', 'global_parameters'] as const),
];

function countNotPlanned(head: TopologyFile): Map<string, number> {
  const counts = otherKinds.map((kind) => [kind, head[kind]?.length ?? 0] as const);
  return new Map(counts.filter(([, count]) => count > 0));
}
