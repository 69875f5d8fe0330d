// Built from schema/job.schema.json by scripts/validators.mjs.
import type { ValidateFunction } from 'ajv';
import type { Job } from './job.generated.ts';

/** Fills in the defaults. */
export const job: ValidateFunction<Job>;
