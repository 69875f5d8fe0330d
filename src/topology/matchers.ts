// Matches routing keys against the bindings of an exchange, for each built-in type. Indexed: the
// cost depends on the matching bindings, not on the ten thousand that there may be.
import type { Binding } from './object.ts';
import { TopicTrie } from './topic-trie.ts';

export interface Matcher {
  add(binding: Binding): void;
  match(routing_key: string): Iterable<Binding>;
}

class DirectMatcher implements Matcher {
  readonly #byKey = new Map<string, Binding[]>();

  add(binding: Binding): void {
    const same = this.#byKey.get(binding.routing_key);
    if (same) same.push(binding);
    else this.#byKey.set(binding.routing_key, [binding]);
  }

  match(routing_key: string): Iterable<Binding> {
    return this.#byKey.get(routing_key) ?? [];
  }
}

class FanoutMatcher implements Matcher {
  readonly #bindings: Binding[] = [];

  add(binding: Binding): void {
    this.#bindings.push(binding);
  }

  match(): Iterable<Binding> {
    return this.#bindings;
  }
}

class TopicMatcher implements Matcher {
  readonly #trie = new TopicTrie<Binding>();

  add(binding: Binding): void {
    this.#trie.add(binding.routing_key, binding);
  }

  match(routing_key: string): Iterable<Binding> {
    return this.#trie.match(routing_key);
  }
}

/** The harness sends no custom headers: only a binding that requires none matches. */
class HeadersMatcher implements Matcher {
  readonly #bindings: Binding[] = [];

  add(binding: Binding): void {
    if (asksForNone(binding)) this.#bindings.push(binding);
  }

  match(): Iterable<Binding> {
    return this.#bindings;
  }
}

/** x-match defaults to `all`, which, unlike `all-with-x`, ignores headers that begin with x-. */
function asksForNone({ arguments: table }: Binding): boolean {
  const match = table.get('x-match') ?? 'all';
  const names = [...table.keys()].filter((name) => name !== 'x-match');
  if (match === 'all') return names.every((name) => name.startsWith('x-'));
  return match === 'all-with-x' && names.length === 0;
}

const types: ReadonlyMap<string, new () => Matcher> = new Map<string, new () => Matcher>([
  ['direct', DirectMatcher],
  ['fanout', FanoutMatcher],
  ['topic', TopicMatcher],
  ['headers', HeadersMatcher],
]);

export const routedTypes: readonly string[] = [...types.keys()];

/** Undefined for a plugin's type: only the plugin knows how it routes. */
export function matcherOf(type: string): Matcher | undefined {
  const Type = types.get(type);
  return Type && new Type();
}
