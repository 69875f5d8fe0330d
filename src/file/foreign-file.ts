// Recognizes files of other tools that declare queues, and says how to convert them.
import { isRecord } from '../topology/json.ts';
import type { Fault } from './source.ts';

interface Foreign {
  readonly what: string;
  readonly hint: string;
  /** Recognizes a file that could be parsed by its fields. */
  readonly fields?: (head: Readonly<Record<string, unknown>>) => boolean;
  /** Recognizes one that couldn't by its text; the match is the place of the problem. */
  readonly text: RegExp;
}

const exported =
  'topo export writes the objects that it has created on a broker as a topology file';

/** Another tool is another row. */
const foreign: readonly Foreign[] = [
  {
    what: 'a Kubernetes resource',
    hint: `${exported}; by hand, what its spec says belongs under queues:, exchanges: or bindings:`,
    fields: (head) => 'apiVersion' in head && 'kind' in head,
    text: /^["']?apiVersion["']?:/m,
  },
  {
    what: 'a Terraform file',
    hint: exported,
    fields: (head) => 'terraform_version' in head || isRecord(head['resource']),
    text: /^[ \t]*(?:(?:resource|data|provider)[ \t]+"[^"\n]*"(?:[ \t]+"[^"\n]*")?|terraform)[ \t]*\{/m,
  },
  {
    what: 'a script for rabbitmqadmin',
    hint: `run it, then ${exported}; so does rabbitmqadmin export`,
    text: /^[ \t]*(?:\S*\/)?rabbitmqadmin(?:\.py)?[ \t]+\S/m,
  },
  {
    what: 'a rabbitmqadmin configuration',
    hint: 'topo reads the address of the broker from the environment: RABBITMQ_ENDPOINT, RABBITMQ_USERNAME, RABBITMQ_PASSWORD',
    text: /^\[[^\]\n]+\][ \t]*\r?\n(?:[^[\n]*\n)*?[ \t]*hostname[ \t]*=/m,
  },
  {
    what: 'a list of the management API, as rabbitmqadmin prints it',
    hint: 'topo export writes a broker as a topology file; so does rabbitmqadmin export',
    text: /^\s*\[\s*\{[^}]*"vhost":/,
  },
];

/** `head` is undefined if the text could not be parsed. */
export function foreignFault(
  text: string,
  head: Readonly<Record<string, unknown>> | undefined,
): Fault | undefined {
  const found = foreign.find((one) =>
    head === undefined ? one.text.test(text) : (one.fields?.(head) ?? false),
  );
  if (found === undefined) return undefined;
  const offset = Math.max(0, text.search(found.text));
  const message = `this is ${found.what}, not a topology file`;
  return { code: 'foreign-file', message, hint: found.hint, offset };
}
