export function CommunitiesPage() {
  return null;
}
