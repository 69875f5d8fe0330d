// What one version of RabbitMQ refuses in a runtime parameter, and what it accepts but never reads.
import { components, mapsIn, type Component } from './components.ts';
import type { Parameter } from './object.ts';
import type { ParameterKey } from './parameter-key.ts';
import { misfits, sayMisfit } from './parameter-value.ts';
import type { Breach } from './problem.ts';
import { shovelTakes } from './shovel-arguments.ts';
import type { Table, Value } from './value.ts';
import { always, isWithin, renderSpan } from './versions.ts';

/** Finds what this version refuses, and so the parameter as a whole. */
export const parameterRefusedIn = (version: string, parameter: Parameter): Breach[] =>
  inMaps(parameter, (map, component) => [
    ...eachKey(map, component, (key, row) => keyIsTaken(key, row, component, version)),
    ...eachKey(map, component, (key, row, value) => valueIsTaken(key, row, value, version)),
    ...keysGoTogether(map, component, version),
  ]);

/** Finds what this version doesn't read. */
export const parameterIgnoredIn = (version: string, parameter: Parameter): Breach[] =>
  inMaps(parameter, (map, component) =>
    eachKey(map, component, (key, { ignored, remedy }) =>
      ignored === undefined || !isWithin(version, ignored)
        ? []
        : [
            {
              code: 'ignored-parameter-key',
              message: `RabbitMQ ${version} ignores ${key} of ${component.what}`,
              hint: remedy ?? 'remove the key',
              path: [key],
            },
          ],
    ),
  );

function inMaps(
  parameter: Parameter,
  find: (map: Table, component: Component) => Breach[],
): Breach[] {
  const component = components.get(parameter.component);
  if (component === undefined) return [];
  return mapsIn(parameter).flatMap(({ map, path }) =>
    find(map, component).map((breach) => ({ ...breach, path: [...path, ...breach.path] })),
  );
}

function eachKey(
  map: Table,
  { keysOf }: Component,
  find: (key: string, row: ParameterKey, value: Value) => Breach[],
): Breach[] {
  const known = keysOf(map);
  return [...map].flatMap(([key, value]) => {
    const row = known.get(key);
    return row === undefined ? [] : find(key, row, value);
  });
}

function keyIsTaken(
  key: string,
  { taken, remedy }: ParameterKey,
  { what }: Component,
  version: string,
): Breach[] {
  if (isWithin(version, taken)) return [];
  const message = `RabbitMQ ${version} refuses ${key} in ${what}`;
  const hint = remedy ?? `it knows it ${renderSpan(taken)}; remove the key`;
  return [{ code: 'parameter-key-version', message, hint, path: [key] }];
}

function valueIsTaken(
  key: string,
  { value: wanted, other }: ParameterKey,
  value: Value,
  version: string,
): Breach[] {
  const code = 'parameter-value-version';
  const hint = `RabbitMQ ${version} refuses it; correct the value, or remove the key`;
  if (wanted.kind === 'arguments' && value instanceof Map) {
    return [...(value as Table).keys()].flatMap((name) => {
      if (shovelTakes(wanted.of, name, version)) return [];
      const message = `RabbitMQ ${version} refuses ${name} in ${key}`;
      return {
        code,
        message,
        hint: 'remove the argument, and declare the queue',
        path: [key, name],
      };
    });
  }
  if (other === undefined || !isWithin(version, other)) return [];
  return misfits(value, other.value).map((misfit) => {
    const message = sayMisfit(key, misfit);
    return { code, message, hint, path: [key, ...misfit.path] };
  });
}

function keysGoTogether(map: Table, { rules }: Component, version: string): Breach[] {
  return rules.flatMap((rule) => {
    const found = rule(map);
    if (found === undefined || found.refused === always) return [];
    if (!isWithin(version, found.refused)) return [];
    const { key, message, hint } = found;
    return { code: 'parameter-keys', message, hint, path: key === undefined ? [] : [key] };
  });
}
