#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A count with its interval, and what each region said."""
import rikstal

desk = rikstal.Desk()
price = desk.price("diagnosis under icd10:E11 and age >= 18", sigma=5)
print("it costs %d nano-rho at each of %d regions" % (price["quoted"]["price_nrho"], price["regions"]))
answer = desk.ask("diagnosis under icd10:E11 and age >= 18", sigma=5)
print("%s persons, 95 %%: %s to %s (%s)" % (answer.estimate, answer.low, answer.high, answer.state))
for row in answer.rows():
    if row["figure"] == "matched":
        print(row["name"], row["estimate"], row["low"], row["high"], row["state"], sep="\t")
