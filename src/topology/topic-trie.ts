// Matches topic patterns: words between dots, * for one word, # for any number of words.

interface Node<T> {
  readonly children: Map<string, Node<T>>;
  readonly isHash: boolean;
  readonly values: T[];
}

/** Follows all patterns at once, word by word, so that many # can't make it slow. */
export class TopicTrie<T> {
  readonly #root = newNode<T>(false);

  add(pattern: string, value: T): void {
    let node = this.#root;
    for (const word of wordsOf(pattern)) {
      let child = node.children.get(word);
      if (child === undefined) node.children.set(word, (child = newNode<T>(word === '#')));
      node = child;
    }
    node.values.push(value);
  }

  *match(routing_key: string): Iterable<T> {
    let nodes = withHashes([this.#root]);
    for (const word of wordsOf(routing_key)) nodes = withHashes(after(nodes, word));
    for (const node of nodes) yield* node.values;
  }
}

function* after<T>(nodes: Iterable<Node<T>>, word: string): Iterable<Node<T>> {
  for (const node of nodes) {
    if (node.isHash) yield node;
    const [literal, star] = [node.children.get(word), node.children.get('*')];
    if (literal) yield literal;
    if (star) yield star;
  }
}

/** A # may match no word at all. */
function withHashes<T>(nodes: Iterable<Node<T>>): Set<Node<T>> {
  const all = new Set(nodes);
  for (const node of all) {
    const hash = node.children.get('#');
    if (hash) all.add(hash);
  }
  return all;
}

const newNode = <T>(isHash: boolean): Node<T> => ({ children: new Map(), isHash, values: [] });

/** Splits as RabbitMQ does: an empty key has no words, and `a.` has two. */
const wordsOf = (key: string): string[] => (key === '' ? [] : key.split('.'));

/** A key that the pattern matches: the pattern itself if it has no wildcards. */
export function keyMatching(pattern: string): string {
  const words = wordsOf(pattern);
  return words.map((word) => (isWildcard(word) ? 'any' : word)).join('.');
}

/** Whether a pattern matches more than one key. */
export const isTopicPattern = (pattern: string): boolean => wordsOf(pattern).some(isWildcard);

/** Whether a pattern requires more than a number of words. */
export const saysSomething = (pattern: string): boolean =>
  pattern === '' || wordsOf(pattern).some((word) => !isWildcard(word));

const isWildcard = (word: string): boolean => word === '*' || word === '#';
