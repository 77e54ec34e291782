import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { signOut } from "@/shared/session/session";

/** Ends the session here, forgets what it had read, and goes to the sign-in. */
export function useLeave(): () => Promise<void> {
  const client = useQueryClient();
  const navigate = useNavigate();
  return async () => {
    await signOut().catch(() => undefined);
    client.clear();
    await navigate({ to: "/sign-in" });
  };
}
