import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useState } from "react";
import { useSession } from "@/shared/session/session";
import { useNotices } from "@/shared/ui/notify";
import { theme, variables } from "@/shared/ui/theme";
import { makeQueryClient } from "./queries";
import { makeRouter } from "./router";

const Notices = lazy(async () => ({ default: (await import("@/shared/ui/Notices")).Notices }));

export function App() {
  const hasNotices = useNotices((state) => state.wanted);
  const [queries] = useState(makeQueryClient);
  const [router] = useState(() => makeRouter(queries));
  useEffect(
    () =>
      useSession.subscribe((now, before) => {
        // A session that ends under a page leads to the sign-in, and from there back to the page.
        if (before.status === "signed-in" && now.ended === "expired") {
          queries.clear();
          void router.navigate({ to: "/sign-in", search: { next: router.state.location.href } });
        }
      }),
    [queries, router],
  );
  return (
    <MantineProvider theme={theme} cssVariablesResolver={variables} defaultColorScheme="auto">
      {hasNotices && (
        <Suspense>
          <Notices />
        </Suspense>
      )}
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  );
}
