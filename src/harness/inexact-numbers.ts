// Finds numbers of a file that a trainer would get rounded.
import type { Problem } from '../topology/problem.ts';

interface Inexact extends Omit<Problem, 'at'> {
  readonly path: readonly (string | number)[];
}

/** Integers beyond 2^53 within the value at `path`. */
export function inexactNumbers(value: unknown, path: Inexact['path']): Inexact[] {
  if (typeof value === 'object' && value !== null) {
    const isList = Array.isArray(value);
    return Object.entries(value).flatMap(([name, item]) =>
      inexactNumbers(item, [...path, isList ? Number(name) : name]),
    );
  }
  if (typeof value !== 'bigint') return [];
  return [
    {
      code: 'inexact-number',
      message: `${path.slice(1).join('.')} is an integer beyond 2^53, which trainers would get rounded`,
      hint: 'put it in quotes, or write it as a smaller number',
      path,
    },
  ];
}
