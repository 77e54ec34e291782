export function TransformersPage() {
  return null;
}
