// SPDX-License-Identifier: Apache-2.0
// Follows a question until it is done: by server-sent events, and by asking again and again where they
// do not come through (a proxy, a desk that is full).
import * as desk from "../desk/client";
import type { State } from "../desk/types";

export function done(state: State): boolean {
  return state.state === "complete" || state.state === "failed" || state.state === "withdrawn";
}

const ERRORS_MAX = 3;

export function follow(id: string, seen: (state: State) => void, failed: (error: unknown) => void): () => void {
  const stopped = new AbortController();
  let source: EventSource | null = null;
  let errors = 0;

  const stop = () => {
    stopped.abort();
    source?.close();
  };
  const take = (state: State) => {
    errors = 0;
    seen(state);
    if (done(state)) stop();
  };
  const poll = async () => {
    let since = 0;
    while (!stopped.signal.aborted) {
      const state = await desk.stateOf(id, since, 10_000, stopped.signal);
      since = state.seq;
      take(state);
      await new Promise((resolve) => setTimeout(resolve, 200)); // a desk that does not wait is spared
    }
  };
  const pollInstead = () => {
    source?.close();
    source = null;
    poll().catch((error: unknown) => {
      if (!stopped.signal.aborted) failed(error);
    });
  };

  if (typeof EventSource === "undefined") {
    pollInstead();
    return stop;
  }
  source = new EventSource(desk.eventsAddress(id));
  source.addEventListener("state", (event) => take(JSON.parse((event as MessageEvent<string>).data) as State));
  source.addEventListener("end", () => source?.close());
  source.addEventListener("error", () => {
    errors += 1; // the end of a batch is one too, and a state sets it back
    if (!stopped.signal.aborted && source && (source.readyState === EventSource.CLOSED || errors > ERRORS_MAX)) pollInstead();
  });
  return stop;
}
