// Computes from two sides of a case what a plan must hold, without any of topo's code.
import { sections, type Definitions, type Entry, type Section } from './definitions.ts';
import { render } from './state.ts';

interface Step {
  readonly object: string;
  readonly kind: string;
  readonly address: string;
  readonly because?: string;
  readonly before?: Entry;
  readonly after?: Entry;
}

export interface PlanJson {
  readonly steps: readonly Step[];
  readonly refusals: readonly unknown[];
}

/** How a plan calls the objects of a section, what identifies one, how a difference is settled. */
const kinds: Readonly<Record<Section, readonly [object: string, identity: readonly string[]]>> = {
  vhosts: ['vhost', ['name']],
  users: ['user', ['name']],
  permissions: ['permission', ['vhost', 'user']],
  topic_permissions: ['topic_permission', ['vhost', 'user', 'exchange']],
  policies: ['policy', ['vhost', 'name']],
  operator_policies: ['operator_policy', ['vhost', 'name']],
  parameters: ['parameter', ['vhost', 'component', 'name']],
  global_parameters: ['global_parameter', ['name']],
  exchanges: ['exchange', ['vhost', 'name']],
  queues: ['queue', ['vhost', 'name']],
  bindings: [
    'binding',
    ['vhost', 'source', 'destination_type', 'destination', 'routing_key', 'arguments'],
  ],
};
const replaced: ReadonlySet<string> = new Set(['exchange', 'queue']);

const identities = new Map(Object.values(kinds));

const lineOf = (kind: string, object: string, entry: Entry): string => {
  const identity = identities.get(object) ?? [];
  return `${kind} ${object} ${identity.map((field) => render(entry[field])).join(' ')}`;
};

/** One line for each change from one side to the other. */
export function changesBetween(before: Definitions, after: Definitions): string[] {
  return sections.flatMap((section) => {
    const [object, identity] = kinds[section];
    const key = (entry: Entry) => identity.map((field) => render(entry[field])).join(' ');
    const were = new Map(before[section].map((entry) => [key(entry), entry]));
    const are = new Map(after[section].map((entry) => [key(entry), entry]));
    const gone = [...were].filter(([one]) => !are.has(one));
    const made = [...are].filter(([one]) => !were.has(one));
    const changed = [...are].filter(([one, entry]) => {
      const was = were.get(one);
      return was !== undefined && differ(section, was, entry);
    });
    const settled = replaced.has(object) ? 'replace' : 'update';
    return [
      ...gone.map(([, entry]) => lineOf('delete', object, entry)),
      ...made.map(([, entry]) => lineOf('create', object, entry)),
      ...changed.map(([, entry]) => lineOf(settled, object, entry)),
    ];
  });
}

function differ(section: Section, before: Entry, after: Entry): boolean {
  return render(comparable(section, before)) !== render(comparable(section, after));
}

/** Texts of tags as lists; no type of a queue as classic, the default of each case's vhost. */
function comparable(section: Section, entry: Entry): Entry {
  if (section === 'users') {
    const { tags } = entry;
    return { ...entry, tags: typeof tags === 'string' ? tags.split(',').filter(Boolean) : tags };
  }
  if (section !== 'queues') return entry;
  return { ...entry, arguments: { 'x-queue-type': 'classic', ...(entry['arguments'] as object) } };
}

/** A plan's steps as such lines; apart those that follow from another's. */
export function changesOf({ steps }: PlanJson) {
  const lines = (some: readonly Step[]) =>
    new Set(
      some.map(({ kind, object, before, after }) => lineOf(kind, object, after ?? before ?? {})),
    );
  return {
    planned: lines(steps.filter(({ because }) => because === undefined)),
    entailed: lines(steps.filter(({ because }) => because !== undefined)),
  };
}
