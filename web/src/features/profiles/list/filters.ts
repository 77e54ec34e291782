import type { Profile } from "../queries";

export interface ProfileFilters {
  type?: string;
  source?: string;
  name?: string;
}

/** Profiles of a type and source whose name holds all the words that were typed. */
export function filtered(profiles: Profile[], { type, source, name }: ProfileFilters): Profile[] {
  const words = (name ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  return profiles.filter(
    (profile) =>
      (type === undefined || profile.profile_type === type) &&
      (source === undefined || profile.source_type === source) &&
      words.every((word) => profile.name.toLowerCase().includes(word)),
  );
}
