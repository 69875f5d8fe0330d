// Reads the schemas and rewrites them for the types and the validators.
import { readFile } from 'node:fs/promises';

export const readSchema = async (name) =>
  JSON.parse(await readFile(new URL(`../schema/${name}.schema.json`, import.meta.url), 'utf8'));

/** The topology file once its expressions are filled in: no alternative is an expression. */
export function filledIn(node) {
  if (Array.isArray(node)) return node.map(filledIn);
  if (node === null || typeof node !== 'object') return node;
  const { anyOf, ...rest } = node;
  const alternatives = anyOf?.filter((item) => item.$ref !== '#/$defs/expression');
  if (alternatives?.length === 1) return filledIn({ ...rest, ...alternatives[0] });
  return mapValues(node, (value, key) => filledIn(key === 'anyOf' ? alternatives : value));
}

/**
 * Drops annotations, but not properties of that name, nor the examples of a pattern, which messages
 * quote.
 */
export function without(annotations, node, isProperties = false) {
  if (Array.isArray(node)) return node.map((item) => without(annotations, item));
  if (node === null || typeof node !== 'object') return node;
  const isKept = (key) =>
    isProperties || !annotations.includes(key) || (key === 'examples' && 'pattern' in node);
  const kept = Object.entries(node).filter(([key]) => isKept(key));
  return mapValues(Object.fromEntries(kept), (value, key) =>
    without(annotations, value, key === 'properties' && !isProperties),
  );
}

export function mapValues(object, map) {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(value, key)]));
}
