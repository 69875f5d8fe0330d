// Takes the endpoint from the variable that the chosen environment names.
import type { ConnectionFlags } from '../connection/connection.ts';
import type { Plan } from '../reconcile/step.ts';
import type { Desired } from '../topology/desired.ts';

/** The flags, with where the chosen environment has the endpoint. */
export function connectionOf<F extends ConnectionFlags>(flags: F, { environment }: Desired): F {
  const variable = environment?.endpoint_env;
  if (environment === undefined || variable === undefined) return flags;
  const { value: name, at } = variable;
  return { ...flags, endpointEnv: { name, environment: environment.name, at } };
}

/** The same for a saved plan. */
export function connectionOfSaved<F extends ConnectionFlags>(flags: F, { environment }: Plan): F {
  const name = environment?.endpoint_env;
  if (environment === undefined || name === undefined) return flags;
  return { ...flags, endpointEnv: { name, environment: environment.name } };
}
