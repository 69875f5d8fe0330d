// Where YAML nodes stand in their text.
import {
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  visit,
  type Node,
  type Pair,
  type YAMLMap,
} from 'yaml';

export type Field = Pair<Node, Node | null>;

export function startOf(node: Node | Field): number {
  return isPair(node) ? startOf(node.key) : (node.range?.[0] ?? 0);
}

/** The end of a node, without the comments and blank lines that follow it. */
export function endOf(node: Node | Field, text: string): number {
  if (isPair(node)) return endOf(node.value ?? node.key, text);
  const isBlock = (isMap(node) || isSeq(node)) && node.flow !== true;
  const last = isBlock ? (node.items.at(-1) as Node | Field | undefined) : undefined;
  if (last !== undefined) return endOf(last, text);
  let end = node.range?.[1] ?? 0;
  while (end > startOf(node) && /\s/.test(text.charAt(end - 1))) end--;
  return end;
}

export function fieldIn(map: YAMLMap, name: string): Field | undefined {
  return (map.items as Field[]).find(({ key }) => isScalar(key) && key.value === name);
}

/** Whether a node or anything in it is an alias, or has an anchor. */
export function isLinked(node: Node): boolean {
  let found = false;
  visit(node, {
    Node: (_, each) => {
      found ||= isAlias(each) || each.anchor !== undefined;
      return found ? visit.BREAK : undefined;
    },
  });
  return found;
}
