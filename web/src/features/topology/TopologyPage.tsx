export function TopologyPage() {
  return null;
}
