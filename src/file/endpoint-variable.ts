// Checks where an environment takes the broker's URL from. The password goes there, so a file may
// only choose among variables that hold nothing else.
import type { FieldProblem } from './locate.ts';

const named = /^RABBITMQ_ENDPOINT(?:_[A-Z0-9_]+)?$/;
/** Fields that people would try. */
const misnamed = /^(?:rabbitmq_)?(?:endpoint|url|uri|host|broker|management|api)(?:_ur[il])?$/i;

const rule =
  'write endpoint_env: RABBITMQ_ENDPOINT_PROD, and set that variable to the URL where topo runs';

export function endpointProblems(head: Readonly<Record<string, unknown>>): FieldProblem[] {
  const stray = Object.keys(head).filter((name) => misnamed.test(name));
  const problems = stray.map((name) => inFile(name, 'key'));
  const variable = head['endpoint_env'];
  if (variable === undefined || (typeof variable === 'string' && named.test(variable)))
    return problems;
  const text = typeof variable === 'string' ? variable : '';
  return [...problems, text.includes(':') ? inFile('endpoint_env', 'value') : notNamed(text)];
}

/** Whether another check would say the same, and repeat a URL. */
export const isAboutEndpoint = ({ path: [field] }: FieldProblem): boolean =>
  field === 'endpoint_env' || misnamed.test(String(field));

const inFile = (field: string, spot: 'key' | 'value'): FieldProblem => ({
  code: 'endpoint-in-file',
  message: 'no file may hold the URL of the broker: it decides where the password goes',
  hint: rule,
  path: [field],
  spot,
});

function notNamed(variable: string): FieldProblem {
  const which = /^\w{1,80}$/.test(variable) ? variable : 'this';
  return {
    code: 'endpoint-variable',
    message: `${which} can't hold the URL of the broker: only RABBITMQ_ENDPOINT and variables that begin with RABBITMQ_ENDPOINT_ do`,
    hint: rule,
    path: ['endpoint_env'],
    spot: 'value',
  };
}
