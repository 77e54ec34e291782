// Without letters and digits that look alike, because people read passwords to each other.
const LETTERS = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
const GROUPS = 4;
const GROUP = 4;

/** A random password of 16 characters in groups, about 92 bits. */
export function generatePassword(random: (count: number) => Uint8Array = randomBytes): string {
  const groups = Array.from({ length: GROUPS }, () => letters(GROUP, random));
  return groups.join("-");
}

/** Bytes that would favour the first letters are thrown away. */
function letters(count: number, random: (count: number) => Uint8Array): string {
  const limit = 256 - (256 % LETTERS.length);
  let found = "";
  while (found.length < count) {
    for (const byte of random(count * 2)) {
      if (byte < limit && found.length < count) found += LETTERS[byte % LETTERS.length];
    }
  }
  return found;
}

function randomBytes(count: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(count));
}
