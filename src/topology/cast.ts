// Looks up the names of a harness section among the declared objects and bindings.
import { BindingGraph } from './binding-graph.ts';
import type { Declared } from './desired.ts';
import { referencesIn, type HarnessSection } from './harness.ts';
import { routedTypes } from './matchers.ts';
import {
  type Binding,
  type Exchange,
  type Queue,
  type TopologyObject,
  isExchange,
  isQueue,
} from './object.ts';
import type { Breach, Position } from './problem.ts';
import { Routing } from './routing.ts';
import { keyMatching } from './topic-trie.ts';

export interface Cast {
  readonly section: HarnessSection;
  /** All exchanges of the section's vhost, by name, in the order of the files. */
  readonly exchanges: ReadonlyMap<string, Declared<Exchange>>;
  readonly queues: ReadonlyMap<string, Declared<Queue>>;
  readonly routing: Routing;
  readonly graph: BindingGraph;
  /** The exchanges that may take tasks: just one if the section names it or only one fits. */
  readonly candidates: readonly Exchange[];
  /** Undefined if ambiguous. */
  readonly tasks: Exchange | undefined;
  /** The names of the tasks exchange and of all exchanges downstream of it. */
  readonly behind: ReadonlySet<string>;
  /** The queues downstream of the tasks exchange that have no other role. */
  readonly workers: readonly Declared<Queue>[];
  /** The worker queues and the pool. */
  readonly takers: readonly Declared<Queue>[];
}

/** A cast's breach of a rule. `path` is relative to the section. */
export interface HarnessBreach extends Breach {
  /** The offending declaration, if more telling than the section. */
  readonly at?: Position;
  /** Something is missing: don't report it if part of a file couldn't be read. */
  readonly isAbsence?: boolean;
}

export type HarnessRule = (cast: Cast) => readonly HarnessBreach[];

export function castOf(section: HarnessSection, declared: Iterable<Declared>): Cast {
  const own = [...declared].filter(({ object }) => object.vhost === section.vhost);
  const objects = own.map(({ object }) => object);
  const graph = new BindingGraph(objects, section.vhost);
  const exchanges = byName(own, isExchange);
  const queues = byName(own, isQueue);
  const candidates = candidatesFor(section, exchanges, graph);
  const tasks = candidates.length === 1 ? candidates[0] : undefined;
  const reached = tasks ? graph.queuesBehind(tasks.name) : new Set();
  const takers = [...queues.values()].filter(({ object }) => reached.has(object.name));
  const others = namesOfQueues(section);
  const { pool } = section;
  return {
    section,
    exchanges,
    queues,
    graph,
    candidates,
    tasks,
    behind: tasks ? graph.exchangesBehind(tasks.name) : new Set(),
    routing: new Routing(objects, section.vhost),
    workers: takers.filter(({ object: { name } }) => !others.has(name)),
    takers: takers.filter(({ object: { name } }) => !others.has(name) || name === pool),
  };
}

function candidatesFor(
  section: HarnessSection,
  exchanges: Cast['exchanges'],
  graph: BindingGraph,
): Exchange[] {
  const { tasks, events, pool } = section;
  if (tasks !== undefined) return [exchanges.get(tasks)?.object ?? []].flat();
  const taken = namesOfQueues(section);
  return [...exchanges.values()].flatMap(({ object: exchange }) => {
    const isMeant =
      exchange.name !== events &&
      !exchange.internal &&
      graph.boundTo(exchange.name).some((name) => !taken.has(name) || name === pool);
    return isMeant ? [exchange] : [];
  });
}

function namesOfQueues(section: HarnessSection): Set<string> {
  const references = referencesIn(section).filter(({ kind }) => kind === 'queue');
  return new Set(references.map(({ name }) => name));
}

/**
 * Lists keys that lead from the tasks exchange to a queue. `fixed` is false if a wildcard of the
 * binding was filled in.
 */
export function keysTo(queue: string, cast: Cast): { key: string; fixed: boolean }[] {
  const { behind, graph, exchanges } = cast;
  const bindings = graph.bindingsBefore(queue).filter(({ source }) => behind.has(source));
  return bindings.map((binding) => keyOf(binding, exchanges.get(binding.source)?.object.type));
}

function keyOf({ routing_key }: Binding, type: string | undefined) {
  const key = type === 'topic' ? keyMatching(routing_key) : routing_key;
  return { key, fixed: key === routing_key };
}

/** Finds an exchange that routes every worker's key to this retry queue and to no other. */
export function exchangeToRetry(queue: string, cast: Cast): Exchange | undefined {
  const { graph, exchanges, routing } = cast;
  const keys = cast.takers.flatMap(({ object }) => keysTo(object.name, cast));
  const sources = graph.bindingsBefore(queue).map(({ source }) => exchanges.get(source)?.object);
  return sources.find(
    (source) =>
      source?.internal === false &&
      routedTypes.includes(source.type) &&
      keys.every(({ key }) => routing.reachesOnly(queue, source.name, key)),
  );
}

type Named = Exchange | Queue;

function byName<T extends Named>(
  declared: readonly Declared[],
  is: (object: TopologyObject) => object is T,
): Map<string, Declared<T>> {
  const found = declared.filter((each): each is Declared<T> => is(each.object));
  return new Map(found.map((each) => [each.object.name, each]));
}
