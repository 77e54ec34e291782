import { authorized } from "./client";

/** Saves what a path answers as a file. The name is the service's (Content-Disposition) unless one is given. */
export async function download(path: string, name?: string): Promise<void> {
  const response = await authorized(path);
  save(await response.blob(), name ?? nameOf(response) ?? "hygge");
}

/** Hands a file to the browser. */
export function save(content: Blob, name: string): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The browser reads the address after this task.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

function nameOf(response: Response): string | null {
  return /filename="?([^";]+)"?/.exec(response.headers.get("Content-Disposition") ?? "")?.[1] ?? null;
}
