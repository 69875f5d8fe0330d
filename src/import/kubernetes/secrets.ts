// The Secrets beside the operator's objects: what is known of them.
import { Misshapen } from '../shape.ts';
import type { KubernetesObject } from './manifests.ts';

type Data = ReadonlyMap<string, string>;

export class Secrets {
  readonly #found = new Map<string, { readonly data: Data; readonly object: KubernetesObject }>();
  readonly #used = new Set<KubernetesObject>();

  constructor(objects: readonly KubernetesObject[]) {
    for (const object of objects.filter(({ kind, group }) => kind === 'Secret' && group === ''))
      this.#found.set(keyOf(object.namespace, object.name), { data: dataOf(object), object });
  }

  /** Undefined if it is not among the files. */
  get(namespace: string, name: string): Data | undefined {
    const found = this.#found.get(keyOf(namespace, name));
    if (found) this.#used.add(found.object);
    return found?.data;
  }

  isUsed(object: KubernetesObject): boolean {
    return this.#used.has(object);
  }
}

const keyOf = (namespace: string, name: string): string => `${namespace}/${name}`;

/** As Kubernetes merges them: stringData wins. */
function dataOf({ body }: KubernetesObject): Data {
  const data = new Map<string, string>();
  const encoded = body.map('data');
  for (const key of encoded?.names() ?? []) {
    const text = encoded?.optionalPlainText(key) ?? '';
    if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(text))
      throw new Misshapen(`${encoded?.where(key) ?? ''} is not base64`);
    data.set(key, Buffer.from(text, 'base64').toString('utf8'));
  }
  const plain = body.map('stringData');
  for (const key of plain?.names() ?? []) data.set(key, plain?.optionalPlainText(key) ?? '');
  return data;
}
