// SPDX-License-Identifier: Apache-2.0
import type { Words } from "./words";

export const about: Words["about"] = {
  title: "About rikstal",
  lead: "How many patients in Sweden are like this? Every region keeps its own data on its own node. The question travels, the records never do.",
  readTitle: "How to read an answer",
  read: [
    ["A figure", "A number of persons with noise added, rounded. That a figure is shown does not prove that anybody exists."],
    ["The interval", "Where the true number lies in 95 cases of 100. It comes from the noise, not from sampling."],
    ["< 10", "Below the region's display threshold, zero included. It never means “nobody”."],
    ["Cannot tell", "Persons who were not examined well enough to tell. They are neither yes nor no."],
    ["A region without a figure", "Declined, was offline or answered too late. It never counts as zero."],
    ["One person in two regions", "A person may be counted in more than one region."],
  ],
  privacyTitle: "What leaves a region",
  privacy: "A number that was paid for from a budget, noised, signed and logged. The same question gives the same answer, and a repeated answer costs nothing.",
  outsideTitle: "What this page does on the network",
  outside: "It talks to its own server alone. No font, no map and no statistics come from anywhere else, so nobody outside learns what you ask.",
  creditsTitle: "Licences",
  credits: "rikstal: Apache-2.0. The map: @svg-maps/sweden by Victor Cazanave after MapSVG, CC BY 4.0, with county names replaced by region codes. Preact, CodeMirror, d3-scale and d3-shape: MIT and ISC.",
  access: {
    title: "Accessibility statement",
    lead: "The page is to meet the Swedish act on accessibility of digital public services (2018:1937), EN 301 549 and WCAG 2.1 at level AA.",
    stateTitle: "How accessible is the page?",
    state: "Every screen is tested automatically with axe in Swedish and English, in light and dark colours and at 400 % zoom, and the whole way from question to answer with the keyboard alone. No known fault remains. No review by a person with assistive technology has been made yet.",
    knownTitle: "Good to know",
    known: [
      "Charts and map have the same data as a table.",
      "Nothing needs dragging with a mouse.",
      "No time limit makes anything get lost.",
      "Labels from code systems may be in English and are marked as such.",
    ],
    reportTitle: "Have you met an obstacle?",
    report: "Tell whoever gave you the page: the support of your region or the organisation that runs it. You should have an answer within two weeks. If you are not content you can report it to the Swedish Agency for Digital Government, digg.se.",
  },
};
