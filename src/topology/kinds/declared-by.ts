// What a parameter stands for.
import type { Parameter, Setting } from '../object.ts';
import type { Table, Value } from '../value.ts';
import { kinds } from './kinds.ts';

/** RabbitMQ lists and exports operator policies and the limits of vhosts as parameters. */
export function declaredBy(parameter: Parameter): Setting {
  const { component, vhost, name, value } = parameter;
  // Once all limits are deleted, the parameter holds an empty list.
  const map = Array.isArray(value) && value.length === 0 ? new Map<string, Value>() : value;
  if (!(map instanceof Map)) return parameter;
  const fields = Object.fromEntries(map as Table);
  if (component === 'operator_policy')
    return kinds.operator_policy.normalize({ ...fields, name }, vhost);
  if (component !== 'vhost-limits') return parameter;
  return kinds.vhost.normalize({ name: vhost, limits: map }, vhost);
}
