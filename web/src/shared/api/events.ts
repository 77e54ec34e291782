import { EventSourceParserStream } from "eventsource-parser/stream";
import { authorized } from "./client";

/**
 * Server-sent events of a path, each parsed as JSON. EventSource itself can't send a token.
 * Ends when the service ends the stream; throws ApiProblem or a network error when it breaks.
 */
export async function* events<T>(path: string, signal: AbortSignal): AsyncGenerator<T> {
  const response = await authorized(path, { headers: { Accept: "text/event-stream" }, signal });
  if (response.body === null) return;
  const reader = response.body
    .pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array<ArrayBuffer>>)
    .pipeThrough(new EventSourceParserStream())
    .getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield JSON.parse(value.data) as T;
    }
  } finally {
    reader.releaseLock();
  }
}
