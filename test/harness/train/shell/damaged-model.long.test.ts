// Damage to models that damaged-model.broker.test.ts leaves out.
import { test } from 'vitest';
import { damageWhileItRuns, resumeDamaged, setUpDamage } from './damaged-model.ts';

setUpDamage();

test.each(['missing', 'cut'] as const)(
  'a run whose model is %s is not resumed with it, but from the newest that is whole',
  resumeDamaged,
);

test('a model that is changed by the time that a worker reads it ends the coordinator, not the run', () =>
  damageWhileItRuns('changed', 'poison'));
