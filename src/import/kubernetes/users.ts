// Users of the operator: their names and passwords stand in Secrets.
import { fieldMap, Secret, type Field } from '../entry.ts';
import { Shape } from '../shape.ts';
import type { FoundOrNot } from './found.ts';
import type { KubernetesObject } from './manifests.ts';
import type { Secrets } from './secrets.ts';

/** The names on the broker, by the names of the objects. */
export class Users {
  readonly #names = new Map<string, string>();

  constructor(objects: readonly KubernetesObject[], secrets: Secrets) {
    for (const object of objects) {
      if (object.kind !== 'User' || object.group !== 'rabbitmq.com') continue;
      const name = nameOf(object, specOf(object), secrets);
      if (name !== undefined) this.#names.set(`${object.namespace}/${object.name}`, name);
    }
  }

  nameOf(namespace: string, name: string): string | undefined {
    return this.#names.get(`${namespace}/${name}`);
  }
}

export const specOf = ({ body, kind, name }: KubernetesObject): Shape =>
  body.map('spec') ?? new Shape({}, `${kind} ${name}.spec`);

/** Without a Secret of its own, the operator makes one of this name. */
function secretNameOf({ name }: KubernetesObject, spec: Shape): string {
  const own = spec.map('importCredentialsSecret')?.plainText('name');
  return own ?? `${name}-user-credentials`;
}

function nameOf(object: KubernetesObject, spec: Shape, secrets: Secrets): string | undefined {
  const secret = secrets.get(object.namespace, secretNameOf(object, spec));
  return secret?.get('username') ?? object.body.map('status')?.optionalPlainText('username');
}

export function userOf(object: KubernetesObject, spec: Shape, secrets: Secrets): FoundOrNot {
  const name = nameOf(object, spec, secrets);
  const secretName = secretNameOf(object, spec);
  if (name === undefined)
    return { leftOut: `its name is in the Secret ${secretName}, which is not among the files` };
  const secret = secrets.get(object.namespace, secretName);
  const limits = spec.map('limits');
  const fields = {
    name,
    ...credentialsOf(name, secret),
    tags: spec.texts('tags'),
    limits:
      limits &&
      fieldMap({
        'max-connections': limits.integer('connections'),
        'max-channels': limits.integer('channels'),
      }),
  };
  const isKnown = 'password' in fields || 'password_hash' in fields;
  const comments = isKnown
    ? []
    : [`the Secret ${secretName} has no password: topo leaves it as it is`];
  return [{ section: 'users', fields: fieldMap(fields), comments }];
}

/** A hash wins; an empty one keeps everybody out. */
function credentialsOf(
  name: string,
  secret: ReadonlyMap<string, string> | undefined,
): Record<string, Field> {
  const hash = secret?.get('passwordHash');
  const password = secret?.get('password');
  if (hash !== undefined)
    return {
      password_hash: hash === '' ? '' : new Secret(hash, `USER ${name} PASSWORD HASH`),
      hashing_algorithm: 'rabbit_password_hashing_sha512',
    };
  if (secret !== undefined && (password ?? '') === '') return {};
  return { password: new Secret(password, `USER ${name} PASSWORD`) };
}
