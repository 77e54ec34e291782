import { Skeleton, Stack } from "@mantine/core";

/** About the size of a community's page. */
export function Waiting() {
  return (
    <Stack gap="lg" aria-busy="true">
      <Skeleton h={190} />
      <Skeleton h={150} />
      <Skeleton h={200} />
    </Stack>
  );
}
