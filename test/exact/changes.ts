// Computes from two sides of a case what a plan must hold, without any of topo's code.
import {
  render,
  sections,
  withType,
  type Definitions,
  type Entry,
  type Section,
} from './definitions.ts';

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
  readonly refusals: readonly { readonly address?: string }[];
}

/** How a plan calls the objects of a section, and what identifies one. */
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
const identities = new Map(Object.values(kinds));

const nameOf = (object: string, entry: Entry): string => {
  const identity = identities.get(object) ?? [];
  return `${object} ${identity.map((field) => render(entry[field])).join(' ')}`;
};

/** The objects of a side, each by a line. */
const objectsOf = (side: Definitions): Map<string, readonly [Section, Entry]> =>
  new Map(
    sections.flatMap((section) =>
      side[section].map((entry) => [nameOf(kinds[section][0], entry), [section, entry]] as const),
    ),
  );

/** One line for each change from one side to the other. */
function changesBetween(before: Definitions, after: Definitions): string[] {
  const [were, are] = [objectsOf(before), objectsOf(after)];
  const gone = [...were.keys()].filter((name) => !are.has(name));
  const made = [...are.keys()].filter((name) => !were.has(name));
  const changed = [...are].filter(([name, [section, entry]]) => {
    const [, was] = were.get(name) ?? [];
    return was !== undefined && differ(section, [was, before], [entry, after]);
  });
  return [
    ...gone.map((name) => `delete ${name}`),
    ...made.map((name) => `create ${name}`),
    ...changed.map(([name, [section]]) => `${settledBy(section)} ${name}`),
  ];
}

const settledBy = (section: Section): string =>
  section === 'exchanges' || section === 'queues' ? 'replace' : 'update';

type Within = readonly [entry: Entry, side: Definitions];

const differ = (section: Section, before: Within, after: Within): boolean =>
  render(comparable(section, ...before)) !== render(comparable(section, ...after));

/** Spells out what RabbitMQ takes for the same. */
function comparable(section: Section, entry: Entry, { vhosts }: Definitions): Entry {
  const { tags, value } = entry;
  switch (section) {
    case 'users':
      return { ...entry, tags: sorted(typeof tags === 'string' ? tags.split(',') : tags) };
    case 'vhosts':
      return { default_queue_type: 'classic', ...entry, tags: sorted(tags) };
    case 'queues':
      return withType(entry, vhosts);
    case 'global_parameters':
      return { ...entry, value: render(value) === '{}' ? [] : value };
    default:
      return entry;
  }
}

const sorted = (tags: unknown): string[] => (tags as string[]).filter(Boolean).sort();

/** What a plan lacks of the changes from one side to the other, and what it has beyond them. */
export function wrongIn({ steps }: PlanJson, before: Definitions, after: Definitions) {
  const expected = new Set(changesBetween(before, after));
  const stays = objectsOf(after);
  const lines = steps.map((step) => {
    const name = nameOf(step.object, step.after ?? step.before ?? {});
    const isPutBack = step.because !== undefined && step.kind !== 'delete' && stays.has(name);
    return { line: `${step.kind} ${name}`, isPutBack };
  });
  const planned = new Set(lines.map(({ line }) => line));
  return {
    missing: [...expected].filter((line) => !planned.has(line)),
    others: lines.flatMap(({ line, isPutBack }) => (expected.has(line) || isPutBack ? [] : line)),
  };
}
