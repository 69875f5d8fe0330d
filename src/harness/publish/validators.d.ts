// Built from schema/sweep.schema.json by scripts/validators.mjs.
import type { ValidateFunction } from 'ajv';
import type { Sweep } from './sweep.generated.ts';

/** Fills in the defaults. */
export const sweep: ValidateFunction<Sweep>;
