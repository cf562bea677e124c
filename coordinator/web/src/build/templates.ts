// SPDX-License-Identifier: Apache-2.0
// Questions to begin with: each is a whole question of the kind, to be changed.
import { batch } from "@preact/signals";
import { measure, newRow, rows, text, view } from "./draft";

export type Template = "empty" | "trial" | "variant" | "alike" | "indicator";
export const templates: Template[] = ["empty", "trial", "variant", "alike", "indicator"];

export function begin(template: Template, names: { adult: string; disease: string; treated: string }): void {
  batch(() => {
    measure.value = "count";
    view.value = "cards";
    switch (template) {
      case "empty":
        text.value = "";
        return;
      case "trial":
        view.value = "protocol";
        measure.value = "funnel";
        rows.value = [
          newRow("I", names.adult, "age >= 18"),
          newRow("I", names.disease, "diagnosis under icd10:C50"),
          newRow("E", names.treated, "treatment under atc:L01XK"),
        ];
        return;
      case "variant":
        text.value = "variant(gene = BRCA1 and consequence in (lof))";
        return;
      case "alike":
        text.value = "at least 2 of (phenotype under HP:0001250, phenotype under HP:0001263, phenotype under HP:0000252)";
        return;
      case "indicator":
        measure.value = "share";
        text.value = "diagnosis under icd10:C56 and tested(variant(gene in (BRCA1, BRCA2)))";
    }
  });
}
