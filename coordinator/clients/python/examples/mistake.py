#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a mistake looks like: nothing is sent, and the place is told."""
import rikstal

desk = rikstal.Desk()
try:
    desk.ask("genee = BRCA1")
except rikstal.Problem as problem:
    for one in problem.diagnostics:
        print(one["from"], one["code"], one["message"], "did you mean %s?" % one["suggestion"])
