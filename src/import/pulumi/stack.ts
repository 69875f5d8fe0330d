// Reads what pulumi stack export prints: the resources of a stack, and its secrets.
import { isRecord } from '../../topology/json.ts';
import { Secret } from '../entry.ts';
import { parseUntrusted } from '../parse-json.ts';
import { Misshapen, Shape } from '../shape.ts';

export interface StackResource {
  readonly type: string;
  /** The name that the program gave it. */
  readonly name: string;
  readonly parent: string;
  /** The name of the provider resource; `default` if the program made none. */
  readonly provider: string;
  readonly isExternal: boolean;
  /** Whether the next pulumi up deletes it, or has done so already. */
  readonly isGoing: boolean;
  readonly isProtected: boolean;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** What an update of the stack was doing when it was cut off. */
export interface PendingOperation {
  readonly type: string;
  readonly resource: StackResource;
}

export interface Stack {
  readonly resources: readonly StackResource[];
  readonly pending: readonly PendingOperation[];
}

const versions: readonly unknown[] = [3, 4];

/** Throws Misshapen. */
export function parseStack(text: string): Stack {
  const stack = new Shape(parseUntrusted(text, 'the stack'), '');
  refuseOthers(stack);
  const deployment = stack.map('deployment');
  const pending = deployment?.maps('pending_operations') ?? [];
  return {
    resources: (deployment?.maps('resources') ?? []).map(resourceOf),
    pending: pending.map((operation) => ({
      type: operation.plainText('type'),
      resource: resourceOf(new Shape(operation.raw('resource'), operation.where('resource'))),
    })),
  };
}

function refuseOthers(stack: Shape): void {
  const version = stack.raw('version');
  const remedy = 'name what pulumi stack export prints';
  if (stack.raw('terraform_version') !== undefined)
    throw new Misshapen('this is a state of Terraform', 'read it with topo import terraform');
  if (stack.raw('checkpoint') !== undefined)
    throw new Misshapen("this is a file of Pulumi's own backend, not an export", remedy);
  if (stack.raw('deployment') === undefined || version === undefined)
    throw new Misshapen('this is not an export of a Pulumi stack', remedy);
  if (!versions.includes(version))
    throw new Misshapen(
      `the export has version ${typeof version === 'number' ? version : 'of another kind'}; topo reads 3 and 4`,
      'take a newer topo, or another release of Pulumi',
    );
}

function resourceOf(resource: Shape): StackResource {
  const urn = resource.plainText('urn');
  const name = lastOf(urn);
  const provider = resource.optionalPlainText('provider') ?? '';
  const outputs = reveal(resource.raw('outputs') ?? resource.raw('inputs') ?? {}, name);
  const isGoing = resource.flag('delete') ?? resource.flag('pendingReplacement') ?? false;
  return {
    type: resource.plainText('type'),
    name,
    parent: resource.optionalPlainText('parent') ?? '',
    // The id follows the name.
    provider: provider === '' ? 'default' : (provider.split('::').at(-2) ?? ''),
    isExternal: resource.flag('external') ?? false,
    isGoing,
    isProtected: resource.flag('protect') ?? false,
    outputs: isRecord(outputs) ? outputs : {},
  };
}

const lastOf = (urn: string): string => urn.split('::').at(-1) ?? '';

/** The key that marks a value as something else than a map, and what it says of a secret. */
const mark = '4dabf18193072939515e22adb298388d';
const secretMark = '1b47061264138c4ac30d75fd1eb44270';

/** Texts that are marked as secret become secrets; of maps and lists, the texts that are. */
function reveal(value: unknown, label: string): unknown {
  if (Array.isArray(value)) return value.map((item, index) => reveal(item, `${label} ${index}`));
  if (!isRecord(value)) return value;
  if (value[mark] !== secretMark)
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [name, reveal(item, `${label} ${name}`)]),
    );
  const plain = value['plaintext'];
  if (typeof plain !== 'string') return new Secret(undefined, label, true);
  const inner = parseUntrusted(plain, `the secret ${label}`);
  return typeof inner === 'string' ? new Secret(inner, label, true) : reveal(inner, label);
}
