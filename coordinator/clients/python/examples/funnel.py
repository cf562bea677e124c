#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A trial's criteria step by step, of the whole country."""
import rikstal

TRIAL = """\
I1 adult: age >= 18
I2 diabetes: diagnosis under icd10:E11
"""

desk = rikstal.Desk()
answer = desk.ask(protocol=TRIAL, measure="funnel", sigma=5)
for row in answer.rows():
    if row["node"] == "total":
        print(*row.values(), sep="\t")
