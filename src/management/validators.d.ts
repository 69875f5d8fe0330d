// Built from schema/record.schema.json by scripts/validators.mjs.
import type { ValidateFunction } from 'ajv';
import type { RecordDocument } from './record.generated.ts';

export const record: ValidateFunction<RecordDocument>;
