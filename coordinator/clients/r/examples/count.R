#!/usr/bin/env Rscript
# SPDX-License-Identifier: Apache-2.0
# A count with its interval, what each region said, and what a mistake looks like.
library(rikstal)

desk <- rikstal_desk()
answer <- rikstal_ask(desk, "diagnosis under icd10:E11 and age >= 18", sigma = 5)
print(answer)
matched <- answer$rows[answer$rows$figure == "matched", ]
print(matched[, c("name", "estimate", "low", "high", "state")], row.names = FALSE)

by_sex <- rikstal_ask(desk, "age >= 18", measure = "breakdown", by = "sex", sigma = 5)
print(by_sex$rows[by_sex$rows$node == "total", c("sex", "figure", "estimate", "low", "high", "state")], row.names = FALSE)

tryCatch(rikstal_ask(desk, "genee = BRCA1"),
         rikstal_problem = function(problem) cat(problem$code, problem$diagnostics$suggestion, "\n"))
