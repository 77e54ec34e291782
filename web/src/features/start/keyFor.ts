import { useRef } from "react";
import { newIdempotencyKey } from "@/shared/api/idempotency";

/** The same key for the same content, so that what is sent again after a failure is stored once. */
export function useKeyFor(): (content: unknown) => string {
  const last = useRef({ content: "", key: "" });
  return (content) => {
    const text = JSON.stringify(content);
    if (text !== last.current.content) last.current = { content: text, key: newIdempotencyKey() };
    return last.current.key;
  };
}
