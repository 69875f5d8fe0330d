// Reads the state of Terraform or OpenTofu: its resources' instances and its outputs.
import { isRecord } from '../../topology/json.ts';
import { parseUntrusted } from '../parse-json.ts';
import { Misshapen, Shape } from '../shape.ts';

export interface State {
  readonly instances: readonly StateInstance[];
  readonly outputs: readonly Output[];
}

export interface StateInstance {
  readonly mode: 'managed' | 'data';
  readonly type: string;
  /** Such as `module.team["blue"].rabbitmq_queue.inbox[1]`. */
  readonly address: string;
  /** The address without the keys of instances: all instances share it. */
  readonly group: string;
  /** By module or resource. */
  readonly keys: ReadonlyMap<string, number | string>;
  /** The provider's configuration, such as `provider["…/cyrilgdn/rabbitmq"].eu`. */
  readonly provider: string;
  readonly status: 'current' | 'tainted' | 'deposed';
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Attributes that the configuration marks as sensitive, beside those of the provider. */
  readonly sensitive: readonly (readonly (string | number)[])[];
}

interface Output {
  readonly name: string;
  readonly value: unknown;
  readonly isSensitive: boolean;
}

const version = 4;

/** Throws Misshapen. */
export function parseState(text: string): State {
  const parsed = parseUntrusted(text, 'the state');
  const state = new Shape(parsed, '');
  refuseOthers(state);
  const outputs = state.map('outputs');
  return {
    instances: state.maps('resources').flatMap(instancesOf),
    outputs: (outputs?.names() ?? []).map((name) => {
      const output = new Shape(outputs?.raw(name), `outputs.${name}`);
      return { name, value: output.raw('value'), isSensitive: output.flag('sensitive') ?? false };
    }),
  };
}

/** Recognizes what is not a state, or one that can't be read. */
function refuseOthers(state: Shape): void {
  if (state.raw('encrypted_data') !== undefined)
    throw new Misshapen('the state is encrypted', 'tofu state pull prints it in plain text');
  if (state.raw('format_version') !== undefined)
    throw new Misshapen(
      'this is what terraform show -json prints, not a state',
      'terraform state pull prints the state',
    );
  if (state.raw('deployment') !== undefined)
    throw new Misshapen('this is a Pulumi stack, not a state', 'read it with topo import pulumi');
  const found = state.raw('version');
  if (found === version && state.raw('terraform_version') !== undefined) return;
  if (typeof found === 'number' && found < version && state.raw('modules') !== undefined)
    throw new Misshapen(
      `the state has version ${found}, which Terraform wrote before 0.12`,
      'upgrade it: terraform apply -refresh-only with any later release',
    );
  if (typeof found === 'number' && state.raw('terraform_version') !== undefined)
    throw new Misshapen(
      `the state has version ${found}; topo reads version ${version}`,
      'take a newer topo, or an older Terraform',
    );
  throw new Misshapen(
    'this is not a state of Terraform or OpenTofu',
    'name terraform.tfstate, or what terraform state pull prints',
  );
}

function instancesOf(resource: Shape): StateInstance[] {
  const type = resource.plainText('type');
  const mode = resource.plainText('mode') === 'data' ? 'data' : 'managed';
  const module = modulePath(resource.optionalPlainText('module') ?? '');
  const name = `${mode === 'data' ? 'data.' : ''}${type}.${resource.plainText('name')}`;
  const provider = resource.plainText('provider');
  return resource.maps('instances').map((instance) => {
    const key = instance.raw('index_key');
    const isKey = typeof key === 'number' || typeof key === 'string';
    const suffix = isKey ? `[${JSON.stringify(key)}]` : '';
    return {
      ...{ mode, type, provider },
      address: `${module.address}${name}${suffix}`,
      group: `${module.group}${name}`,
      keys: isKey ? new Map([...module.keys, ['', key]]) : module.keys,
      status: statusOf(instance),
      attributes: attributesOf(instance),
      sensitive: sensitiveIn(instance),
    };
  });
}

function statusOf(instance: Shape): StateInstance['status'] {
  if (instance.raw('deposed') !== undefined) return 'deposed';
  return instance.raw('status') === 'tainted' ? 'tainted' : 'current';
}

/** States that Terraform 0.11 wrote have them flat, until it refreshes them. */
function attributesOf(instance: Shape): Readonly<Record<string, unknown>> {
  const attributes = instance.raw('attributes');
  if (isRecord(attributes)) return attributes;
  throw new Misshapen(
    `${instance.where('attributes')} is missing`,
    'rewrite the state with terraform apply -refresh-only',
  );
}

/** Steps that can't be read, such as those into sets, are left out. */
function sensitiveIn(instance: Shape): (readonly (string | number)[])[] {
  const paths = instance.list('sensitive_attributes') ?? [];
  return paths.filter(Array.isArray).map((path) => (path as unknown[]).map(stepOf));
}

function stepOf(step: unknown): string | number {
  const value = isRecord(step) ? step['value'] : undefined;
  const inner = isRecord(value) ? value['value'] : value;
  return typeof inner === 'string' || typeof inner === 'number' ? inner : '';
}

/** Terraform escapes a few characters in other ways than JSON does. */
function keyOf(text: string): number | string {
  try {
    return JSON.parse(text) as number | string;
  } catch {
    return text;
  }
}

interface ModulePath {
  readonly address: string;
  readonly group: string;
  readonly keys: ReadonlyMap<string, number | string>;
}

const moduleStep = /module\.([^.[\]]+)(?:\[("(?:[^"\\]|\\.)*"|\d+)\])?/g;

/** Such as `module.region["eu"].module.team[0]`. */
function modulePath(text: string): ModulePath {
  if (text === '') return { address: '', group: '', keys: new Map() };
  const steps = [...text.matchAll(moduleStep)];
  const keys = steps.flatMap(([, name = '', key]): [string, number | string][] =>
    key === undefined ? [] : [[name, keyOf(key)]],
  );
  const group = steps.map(([, name = '']) => `module.${name}.`).join('');
  return { address: `${text}.`, group, keys: new Map(keys) };
}
