// Rules for runtime parameters that RabbitMQ refuses, in any of its versions.
import { components, mapsIn, type Component } from './components.ts';
import { nearest } from './did-you-mean.ts';
import type { Parameter } from './object.ts';
import type { KeyTable } from './parameter-key.ts';
import { misfits, sayMisfit } from './parameter-value.ts';
import type { Breach } from './problem.ts';
import { quote } from './quote.ts';
import type { Table, Value } from './value.ts';
import { always } from './versions.ts';

type ParameterRule = (parameter: Parameter) => Breach[];

/** To add a rule, write a function and list it here, or in `mapRules`. */
export const parameterRules: readonly ParameterRule[] = [
  componentIsSpelled,
  componentTakesParameters,
  valueIsOfMaps,
  mapsFit,
];

/** topo takes their values for limits and operator policies if they are maps. */
const declaredElsewhere: ReadonlySet<string> = new Set(['vhost-limits', 'operator_policy']);

/** RabbitMQ refuses all parameters of these components. */
const closed: ReadonlyMap<string, string> = new Map([
  ['federation', 'declare a federation-upstream or a federation-upstream-set'],
  ['policy', 'declare it under policies:'],
]);

/** Whether topo knows that RabbitMQ has the component, or refuses it. */
export const isKnownComponent = ({ component }: Pick<Parameter, 'component'>): boolean =>
  components.has(component) || declaredElsewhere.has(component) || closed.has(component);

/** Plugins may bring other components, so only a near miss is an error. */
function componentIsSpelled({ component }: Parameter): Breach[] {
  if (isKnownComponent({ component })) return [];
  const meant = nearest(component.toLowerCase(), [...components.keys(), ...declaredElsewhere]);
  if (meant === undefined) return [];
  const message = `RabbitMQ has no component ${quote(component)}`;
  const hint = `did you mean ${meant}?`;
  return [{ code: 'unknown-component', message, hint, path: ['component'] }];
}

function componentTakesParameters({ component }: Parameter): Breach[] {
  const hint = closed.get(component);
  if (hint === undefined) return [];
  const message = `RabbitMQ refuses parameters of the component ${component}`;
  return [{ code: 'closed-component', message, hint, path: ['component'] }];
}

function valueIsOfMaps({ component, value }: Parameter): Breach[] {
  const known = components.get(component);
  if (known === undefined && !declaredElsewhere.has(component)) return [];
  const isList = known?.isList === true;
  const isSo = isList
    ? Array.isArray(value) && value.every((one) => one instanceof Map)
    : value instanceof Map;
  if (isSo) return [];
  const what = known?.what ?? component;
  const message = `the value of ${what} must be a ${isList ? 'list of maps' : 'map'}`;
  const hint = isList ? 'such as [{ upstream: NAME }]' : 'write its settings as key: value';
  return [{ code: 'parameter-value', message, hint, path: ['value'] }];
}

function mapsFit(parameter: Parameter): Breach[] {
  const known = components.get(parameter.component);
  if (known === undefined) return [];
  return mapsIn(parameter).flatMap(({ map, path }) =>
    mapRules
      .flatMap((rule) => rule(map, known))
      .map((one) => ({ ...one, path: [...path, ...one.path] })),
  );
}

type MapRule = (map: Table, component: Component) => Breach[];

const mapRules: readonly MapRule[] = [keysAreKnown, keysAreThere, valuesFit, keysStandTogether];

/** Names a key only if it looks like a known one: without its colon, it may hold a password. */
function keysAreKnown(map: Table, component: Component): Breach[] {
  const known = component.keysOf(map);
  return [...map.keys()].flatMap((key): Breach[] => {
    if (known.has(key)) return [];
    const code = 'unknown-parameter-key';
    const elsewhere = component.strayKey?.(key);
    if (elsewhere !== undefined) {
      const message = `RabbitMQ refuses ${key} in ${component.what} like this`;
      return [{ code, message, hint: elsewhere, path: [key] }];
    }
    const meant = meantBy(key, known);
    const which = meant === undefined ? 'the key' : `the key ${quote(key)}`;
    const message = `RabbitMQ does not know ${which} of ${component.what}`;
    const hint = meant === undefined ? 'RabbitMQ refuses it; remove it' : `did you mean ${meant}?`;
    return [{ code, message, hint, path: [key], doubtful: 'argument' }];
  });
}

const meantBy = (key: string, known: KeyTable): string | undefined =>
  nearest(key.toLowerCase().replaceAll('_', '-'), known.keys());

/** What a misspelt key stands for is not missing. */
function spelled(map: Table, { keysOf }: Component): Table {
  const known = keysOf(map);
  const entries = [...map].map(([key, value]): [string, Value] =>
    known.has(key) ? [key, value] : [meantBy(key, known) ?? key, value],
  );
  return new Map(entries);
}

function keysAreThere(map: Table, component: Component): Breach[] {
  const { keysOf, what } = component;
  const given = spelled(map, component);
  return [...keysOf(map)].flatMap(([key, { isNeeded }]) =>
    isNeeded !== true || given.has(key)
      ? []
      : {
          code: 'missing-parameter-key',
          message: `${what} needs ${key}`,
          hint: `add ${key}: …`,
          path: [],
        },
  );
}

function valuesFit(map: Table, { keysOf }: Component): Breach[] {
  const known = keysOf(map);
  return [...map].flatMap(([key, value]) => {
    const wanted = known.get(key)?.value;
    if (wanted === undefined) return [];
    return misfits(value, wanted).map((misfit) => ({
      code: 'parameter-value',
      message: sayMisfit(key, misfit),
      hint: misfit.hint ?? 'RabbitMQ refuses it; correct the value, or remove the key',
      path: [key, ...misfit.path],
    }));
  });
}

function keysStandTogether(map: Table, component: Component): Breach[] {
  const given = spelled(map, component);
  return component.rules.flatMap((rule) => {
    const found = rule(given);
    if (found?.refused !== always) return [];
    const { key, message, hint } = found;
    return { code: 'parameter-keys', message, hint, path: key === undefined ? [] : [key] };
  });
}
