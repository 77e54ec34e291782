import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { NewApiKey } from "./NewApiKey";

const create = vi.hoisted(() => vi.fn());

vi.mock("react-i18next", () => ({ useTranslation: () => ({ t: (key: string) => key }) }));
vi.mock("./apiKeys", () => ({
  LIVES: ["90"],
  MAX_GRIDS: 100,
  useOwnGrids: () => ({ data: [{ id: 3, name: "Village" }] }),
  useCreateApiKey: () => ({ mutateAsync: create, error: null, isPending: false }),
}));

function show(role: string) {
  return render(
    <QueryClientProvider client={new QueryClient()}>
      <MantineProvider env="test">
        <NewApiKey role={role} />
      </MantineProvider>
    </QueryClientProvider>,
  );
}

describe("a new API key", () => {
  it("is shown once it is made", async () => {
    create.mockResolvedValue({ key: "hygge_id_secret" });
    show("participant");
    expect(screen.queryByText("apiKeys.grids")).toBeNull();
    await userEvent.type(screen.getByRole("textbox", { name: /apiKeys.name/ }), " meter ");
    await userEvent.click(screen.getByRole("button", { name: "apiKeys.submit" }));
    expect(await screen.findByText("hygge_id_secret")).toBeTruthy();
    expect(create).toHaveBeenCalledWith({
      body: { name: "meter", expires_in_days: 90, grids: null, role: null },
    });
  });

  it("needs a name", async () => {
    create.mockClear();
    show("operator");
    await userEvent.click(screen.getByRole("button", { name: "apiKeys.submit" }));
    expect(await screen.findByText("apiKeys.nameMissing")).toBeTruthy();
    expect(create).not.toHaveBeenCalled();
  });

  it("can be bound to communities, and then to reading", async () => {
    create.mockResolvedValue({ key: "k" });
    show("admin");
    expect(screen.queryByRole("checkbox")).toBeNull();
    await userEvent.type(screen.getByRole("textbox", { name: /apiKeys.name/ }), "screen");
    await userEvent.click(screen.getByLabelText("apiKeys.grids", { selector: "input" }));
    await userEvent.click(await screen.findByText("Village"));
    await userEvent.click(screen.getByRole("checkbox", { name: "apiKeys.readOnly" }));
    await userEvent.click(screen.getByRole("button", { name: "apiKeys.submit" }));
    expect(create).toHaveBeenLastCalledWith({
      body: { name: "screen", expires_in_days: 90, grids: [3], role: "viewer" },
    });
  });
});
