// An environment as commands that a shell can evaluate, and that do nothing but set it.

export function renderExports(environment: Readonly<Record<string, string>>): string {
  return Object.entries(environment)
    .map(([name, value]) => `export ${name}=${quote(value)}`)
    .join('\n');
}

/** A shell takes what stands between two ' as it is. */
const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
