interface Titled {
  run_id: number;
  name: string | null;
}

/** A run's name with its number: two runs may have the same name. */
export function runTitle({ run_id, name }: Titled): string {
  return name ? `#${run_id} ${name}` : `#${run_id}`;
}
