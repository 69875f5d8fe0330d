import type { ParametersLocation, Task } from '../../messaging/task.generated.ts';
import { inline } from './inline.ts';
import { shared } from './shared.ts';
import type { Store } from './store.ts';

/** By the `kind` of a job's store. */
export const stores = { shared, inline } as const satisfies Record<string, Store>;

const all: readonly Store[] = Object.values(stores);

/** Of parameters that a message brings. */
export const storeOf = (location: ParametersLocation): Store =>
  all.find((store) => store.has(location)) ?? shared;

/** The way that a task wants its parameters back. */
export const storeBack = ({ return_parameters }: Pick<Task, 'return_parameters'>): Store =>
  all.find((store) => store.returns === return_parameters) ?? shared;
