/** Reads what solvers print in response to `get-value`. */

/** The values in `((symbol value) ...)`, in the order asked for; undefined if it reads otherwise. */
export function parseValues(text: string, count: number): bigint[] | undefined {
  const tokens = text.match(/\|[^|]*\||[()]|[^\s()|]+/g) ?? [];
  let at = 0;
  const values: bigint[] = [];
  const next = (): string => tokens[at++] ?? "";
  if (next() !== "(") return undefined;
  for (let i = 0; i < count; i++) {
    if (next() !== "(") return undefined;
    next();
    const value = literal(next, () => tokens[at] ?? "");
    if (value === undefined || next() !== ")") return undefined;
    values.push(value);
  }
  return next() === ")" && at === tokens.length ? values : undefined;
}

function literal(next: () => string, peek: () => string): bigint | undefined {
  const token = next();
  if (token === "true") return 1n;
  if (token === "false") return 0n;
  if (/^#b[01]+$/.test(token)) return BigInt(`0b${token.slice(2)}`);
  if (/^#x[0-9a-fA-F]+$/.test(token)) return BigInt(`0x${token.slice(2)}`);
  if (token !== "(" || peek() !== "_") return undefined;
  next();
  const digits = /^bv(\d+)$/.exec(next())?.[1];
  next();
  return next() === ")" && digits !== undefined ? BigInt(digits) : undefined;
}
