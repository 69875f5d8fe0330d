// What a parameter stands for.
import type { Parameter, Setting } from '../object.ts';
import type { Table } from '../value.ts';
import { kinds } from './kinds.ts';

/** RabbitMQ lists and exports operator policies and the limits of vhosts as parameters. */
export function declaredBy(parameter: Parameter): Setting {
  const { component, vhost, name, value } = parameter;
  if (!(value instanceof Map)) return parameter;
  const fields = Object.fromEntries(value as Table);
  if (component === 'operator_policy')
    return kinds.operator_policy.normalize({ ...fields, name }, vhost);
  if (component !== 'vhost-limits') return parameter;
  return kinds.vhost.normalize({ name: vhost, limits: value }, vhost);
}
