import { notifications } from "@mantine/notifications";

/** A short word on what has just been done. */
export function showDone(message: string): void {
  notifications.show({ message, color: "sign", autoClose: 4_000 });
}

/** Of something that the person has just tried. */
export function showError(error: unknown): void {
  const message = error instanceof Error ? error.message : "Something went wrong.";
  notifications.show({ title: "That did not work", message, color: "red", autoClose: 10_000 });
}
