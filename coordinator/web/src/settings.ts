// SPDX-License-Identifier: Apache-2.0
// Language and theme: what the reader chose, kept in this browser alone. Swedish comes first.
import { effect, signal } from "@preact/signals";

export type Language = "sv" | "en";
export type Theme = "auto" | "light" | "dark";

function kept<T extends string>(name: string, allowed: readonly T[], otherwise: T): T {
  try {
    return allowed.find((one) => one === localStorage.getItem(name)) ?? otherwise;
  } catch {
    return otherwise; // a browser that keeps nothing
  }
}

function keep(name: string, value: string): void {
  try {
    localStorage.setItem(name, value);
  } catch {
    // a browser that keeps nothing shows the default next time
  }
}

export const language = signal<Language>(kept("rikstal.language", ["sv", "en"], "sv"));
export const theme = signal<Theme>(kept("rikstal.theme", ["auto", "light", "dark"], "auto"));

export function followSettings(): void {
  effect(() => {
    document.documentElement.lang = language.value;
    keep("rikstal.language", language.value);
  });
  effect(() => {
    document.documentElement.dataset.theme = theme.value;
    keep("rikstal.theme", theme.value);
  });
}
