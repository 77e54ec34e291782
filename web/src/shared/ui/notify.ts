import { notifications } from "@mantine/notifications";
import i18next from "i18next";

/** A short word at the edge of the screen; failures of what was pressed are shown there too. */
export function notifyDone(message: string): void {
  notifications.show({ message, color: "moss", closeButtonProps: closeButton() });
}

export function notifyFailed(title: string, message?: string | null): void {
  notifications.show({
    title,
    message: message ?? "",
    color: "red",
    autoClose: 10_000,
    closeButtonProps: closeButton(),
  });
}

function closeButton() {
  return { "aria-label": i18next.t("action.close") };
}
