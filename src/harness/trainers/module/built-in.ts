// The trainers that come with topo-harness: modules like those of --handler.
import { fileURLToPath } from 'node:url';

/** Paths by name. */
export const builtInTrainers: ReadonlyMap<string, string> = new Map([
  ['perceptron', fileURLToPath(new URL('../perceptron/train.ts', import.meta.url))],
]);
