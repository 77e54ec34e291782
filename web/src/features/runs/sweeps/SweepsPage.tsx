export function SweepsPage() {
  return null;
}
