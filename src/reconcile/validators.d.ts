// Built from schema/plan.schema.json by scripts/validators.mjs.
import type { ValidateFunction } from 'ajv';
import type { PlanDocument } from './plan.generated.ts';

export const plan: ValidateFunction<PlanDocument>;
