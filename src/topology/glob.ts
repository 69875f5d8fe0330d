// Matches names against globs. `/` and `.` are ordinary characters, as in RabbitMQ.

/** `*` matches any characters, `?` one; `\` escapes the next. Linear in the name for each star. */
export function matchesGlob(pattern: string, name: string): boolean {
  const tokens = tokenize(pattern);
  const chars = Array.from(name);
  let token = 0;
  let char = 0;
  let star = -1;
  let resume = 0;
  while (char < chars.length) {
    const wanted = tokens[token];
    if (wanted === any) {
      star = token++;
      resume = char;
    } else if (wanted === one || (wanted !== undefined && wanted === chars[char])) {
      token++;
      char++;
    } else if (star >= 0) {
      token = star + 1;
      char = ++resume;
    } else {
      return false;
    }
  }
  while (tokens[token] === any) token++;
  return token === tokens.length;
}

/** The pattern that matches only this name. */
export const literalGlob = (name: string): string => name.replace(/[*?\\]/g, '\\$&');

const any = Symbol('*');
const one = Symbol('?');

function tokenize(pattern: string): (string | symbol)[] {
  const tokens: (string | symbol)[] = [];
  let escaped = false;
  for (const char of pattern) {
    if (!escaped && char === '\\') {
      escaped = true;
      continue;
    }
    if (!escaped && char === '*') tokens.push(any);
    else if (!escaped && char === '?') tokens.push(one);
    else tokens.push(char);
    escaped = false;
  }
  return tokens;
}
