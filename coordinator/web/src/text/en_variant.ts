// SPDX-License-Identifier: Apache-2.0
import type { Words } from "./words";

export const variant: Words["variant"] = {
  title: "A variant",
  typed: "The variant",
  show: "Show",
  forms: "As GRCh38:17-43044295-G-A, NC_000017.11:g.43044295G>A or hg38:chr17:43044295G>A. Names with c. or p. are not read: write the place and the bases.",
  unread: "The variant cannot be read.",
  of: (change) => `The variant ${change}`,
  notAsked: "It was not asked from here yet.",
  asked: (when) => `Asked ${when}.`,
  whole: "The whole answer",
  costs: (price, half) => `To ask about everybody costs ${price} at each region and gives numbers of persons within ± ${half}.`,
  again: "The same question again costs nothing.",
  ask: "Ask how common it is",
  askAgain: "Ask again",
  ac: "Alleles (95 %)",
  an: "Of tested (95 %)",
  af: "Frequency",
  elsewhere: "In other sources",
  elsewhereHint: "As text alone: a link from here would tell the source what you ask about.",
};
