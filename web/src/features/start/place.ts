interface Location {
  latitude: number;
  longitude: number;
}

type Side = "north" | "south" | "east" | "west";

/** Coordinates as people write them: `53.43° N, 11.82° E`. */
export function placeOf(
  location: Location,
  number: (value: number, digits?: number) => string,
  side: (side: Side) => string,
): string {
  const { latitude, longitude } = location;
  const parts: [number, Side][] = [
    [latitude, latitude < 0 ? "south" : "north"],
    [longitude, longitude < 0 ? "west" : "east"],
  ];
  return parts.map(([degrees, name]) => `${number(Math.abs(degrees), 2)}° ${side(name)}`).join(", ");
}
