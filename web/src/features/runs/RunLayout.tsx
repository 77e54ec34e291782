export function RunLayout() {
  return null;
}
