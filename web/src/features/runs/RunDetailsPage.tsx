export function RunDetailsPage() {
  return null;
}
