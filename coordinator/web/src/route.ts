// SPDX-License-Identifier: Apache-2.0
// Where the reader is: the part of the address after "#/", and nothing that a server would see.
import { computed, signal } from "@preact/signals";

export const screens = ["build", "variant", "question", "mine", "network", "about", "accessibility"] as const;
export type Screen = (typeof screens)[number];
export interface Route {
  screen: Screen;
  rest: string; // of "question" the id, of "variant" the change; otherwise empty
}

export function routeOf(hash: string): Route {
  const [first = "", ...rest] = hash.replace(/^#\/?/, "").split("/");
  const screen = screens.find((one) => one === first) ?? "build";
  return { screen, rest: safeDecode(rest.join("/")) };
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return ""; // a broken escape names nothing
  }
}

export function hrefOf(screen: Screen, rest = ""): string {
  return rest === "" ? `#/${screen}` : `#/${screen}/${encodeURIComponent(rest)}`;
}

const hash = signal(location.hash);
export const route = computed(() => routeOf(hash.value));

export function followAddress(): void {
  addEventListener("hashchange", () => {
    hash.value = location.hash;
  });
}

export function go(screen: Screen, rest = ""): void {
  location.hash = hrefOf(screen, rest);
  hash.value = location.hash;
}
