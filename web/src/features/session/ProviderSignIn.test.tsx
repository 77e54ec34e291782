import { MantineProvider } from "@mantine/core";
import { render, screen } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import type { SignInWays } from "@/shared/session/ways";
import { ProviderSignIn } from "./ProviderSignIn";

vi.mock("react-i18next", () => ({
  useTranslation: () => ({ t: (key: string, values?: { label: string }) => [key, values?.label].join(" ").trim() }),
}));

const ways: SignInWays = {
  local_passwords: true,
  provider: true,
  label: "Town login",
  start_path: "/api/v1/auth/oidc/start",
  logout_path: "/api/v1/auth/oidc/logout",
};

function show(changes: Partial<SignInWays> = {}, signedOut = false) {
  return render(
    <MantineProvider env="test">
      <ProviderSignIn ways={{ ...ways, ...changes }} next="/runs" signedOut={signedOut} />
    </MantineProvider>,
  );
}

describe("signing in at a provider", () => {
  it("is a link that names it and leads back", () => {
    show();
    const link = screen.getByRole("link", { name: "signIn.with Town login" });
    expect(link.getAttribute("href")).toBe("/api/v1/auth/oidc/start?return_to=%2Fruns");
    expect(screen.getByText("signIn.or")).toBeTruthy();
  });

  it("stands alone where passwords are not taken", () => {
    show({ local_passwords: false });
    expect(screen.queryByText("signIn.or")).toBeNull();
  });

  it("is not there without a provider", () => {
    show({ provider: false, label: null, start_path: null, logout_path: null });
    expect(screen.queryByRole("link")).toBeNull();
  });

  it("offers to sign out there too, after signing out here", () => {
    show({}, true);
    const link = screen.getByRole("link", { name: "signIn.signOutThere Town login" });
    expect(link.getAttribute("href")).toBe("/api/v1/auth/oidc/logout");
  });
});
