// Built from schema/sandbox.schema.json by scripts/validators.mjs.
import type { ValidateFunction } from 'ajv';
import type { Remembered } from './record.generated.ts';

export const remembered: ValidateFunction<Remembered>;
