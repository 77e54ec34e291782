import type { NotificationData } from "@mantine/notifications";
import i18next from "i18next";
import { create } from "zustand";

/** Turns true with the first notice; what shows them is loaded then, not with the first view. */
export const useNotices = create<{ wanted: boolean }>()(() => ({ wanted: false }));

/** A short word at the edge of the screen; failures of what was pressed are shown there too. */
export function notifyDone(message: string): void {
  void show({ message, color: "moss" });
}

export function notifyFailed(title: string, message?: string | null): void {
  void show({ title, message: message ?? "", color: "red", autoClose: 10_000 });
}

async function show(notice: NotificationData): Promise<void> {
  useNotices.setState({ wanted: true });
  const { notifications } = await import("@mantine/notifications");
  notifications.show({ ...notice, closeButtonProps: { "aria-label": i18next.t("action.close") } });
}
