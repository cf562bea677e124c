// SPDX-License-Identifier: Apache-2.0
// The words of the page in the language of the reader. Both catalogues have the same keys, which the
// compiler checks. The desk sends codes and numbers; sentences are made here.
import { language } from "../settings";
import { en } from "./en";
import { sv } from "./sv";

export type Words = typeof sv;

export function words(): Words {
  return language.value === "sv" ? sv : en;
}

export function locale(): string {
  return language.value === "sv" ? "sv-SE" : "en-GB";
}

const numbers = new Map<string, Intl.NumberFormat>();

export function number(value: number, digits = 0): string {
  const key = `${locale()} ${digits}`;
  let format = numbers.get(key);
  if (!format) {
    format = new Intl.NumberFormat(locale(), { maximumFractionDigits: digits });
    numbers.set(key, format);
  }
  return format.format(value);
}

export function percent(share: number, digits = 1): string {
  return new Intl.NumberFormat(locale(), { style: "percent", maximumFractionDigits: digits }).format(share);
}

export function day(text: string | undefined): string {
  return text ? text.slice(0, 10) : "";
}

export function moment(text: string | undefined): string {
  const at = text ? new Date(text) : undefined;
  if (!at || Number.isNaN(at.getTime())) return text ?? "";
  return new Intl.DateTimeFormat(locale(), { dateStyle: "short", timeStyle: "short" }).format(at);
}

// Budgets are counted in nano-rho; people read points: 1 point is 1,000,000 nano-rho.
export function points(nrho: number): string {
  const value = nrho / 1_000_000;
  const digits = value === 0 || value >= 100 ? 0 : value >= 1 ? 2 : 4;
  return `${number(value, digits)} ${words().points}`;
}
