/** What the gateway refuses as a new password, so that people hear it before they send one. */
export type PasswordFault = "short" | "long" | "simple" | "name";

const SHORTEST = 8;
const LONGEST = 256;
const FEWEST_DIFFERENT = 4;

/** Why a password would be refused, or null. The list of the most used ones only the gateway has. */
export function passwordFault(password: string, username: string): PasswordFault | null {
  const lowered = password.toLowerCase();
  const name = username.trim().toLowerCase();
  if (password.length < SHORTEST) return "short";
  if (password.length > LONGEST) return "long";
  if (new Set(lowered).size < FEWEST_DIFFERENT) return "simple";
  if (name !== "" && lowered.includes(name)) return "name";
  return null;
}
