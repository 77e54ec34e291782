export function HousesPage() {
  return null;
}
