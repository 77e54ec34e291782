import { Skeleton, Stack } from "@mantine/core";

/** While a page's script is on its way. */
export function Waiting() {
  return (
    <Stack aria-busy="true">
      <Skeleton h={36} w={280} />
      <Skeleton h={18} w={420} maw="100%" />
      <Skeleton h={320} />
    </Stack>
  );
}
