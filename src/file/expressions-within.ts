// Finds the expressions in a part of a file.
import { visit, type Node } from 'yaml';
import { expressionsIn } from './expression.ts';
import { startOf } from './node-range.ts';

export interface Range {
  readonly start: number;
  readonly end: number;
}

export interface Found {
  /** Of the text that contains them. */
  readonly offset: number;
  /** As written. */
  readonly expressions: string;
}

/** Those of the node that overlap one of the ranges. Keys hold none. */
export function expressionsWithin(node: Node, ranges: readonly Range[]): Found[] {
  const found: Found[] = [];
  visit(node, {
    Scalar: (role, scalar) => {
      if (role === 'key' || typeof scalar.value !== 'string') return;
      const [offset, end] = [startOf(scalar as Node), scalar.range?.[1] ?? 0];
      const expressions = expressionsIn(scalar.value);
      if (expressions.length === 0) return;
      if (ranges.some((range) => range.start < end && offset < range.end)) {
        found.push({ offset, expressions: expressions.join(', ') });
      }
    },
  });
  return found;
}
