export function HeatmapsPage() {
  return null;
}
