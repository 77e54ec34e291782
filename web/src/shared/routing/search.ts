/** Readers of what addresses carry after the question mark. What can't be read is left out, never an error. */
type Raw = Record<string, unknown>;

export function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : typeof value === "number" ? String(value) : undefined;
}

export function whole(value: unknown): number | undefined {
  const number = typeof value === "string" ? Number(value) : value;
  return typeof number === "number" && Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}

export function oneOf<T extends string>(...allowed: T[]): (value: unknown) => T | undefined {
  return (value) => allowed.find((word) => word === value);
}

type Read<Shape> = {
  [Key in keyof Shape]?: Shape[Key] extends (value: unknown) => infer Value ? Exclude<Value, undefined> : never;
};

/**
 * `search({date: text, node: whole})` reads these two and drops all else. What can't be read is there as undefined: the
 * router lays what we return over the address's own values, so that a value which is left out would stay as it stands.
 */
export function search<Shape extends Record<string, (value: unknown) => unknown>>(
  shape: Shape,
): (raw: Raw) => Read<Shape> {
  return (raw) => {
    const entries = Object.entries(shape).map(([key, read]) => [key, read(raw[key])] as const);
    return Object.fromEntries(entries) as Read<Shape>;
  };
}
