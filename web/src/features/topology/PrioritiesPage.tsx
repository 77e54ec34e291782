export function PrioritiesPage() {
  return null;
}
