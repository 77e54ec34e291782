/** A new key for one intended change: the service does it once, however often the request arrives. */
export function newIdempotencyKey(): string {
  // Not randomUUID: browsers have that on https and on this machine only.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
