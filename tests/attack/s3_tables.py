# SPDX-License-Identifier: Apache-2.0
"""S3: the noise tables, made again by their generator and by another computation.

The generator steps from weight to weight by multiplication in 110 digits; here every weight is an
exponential of its own, in 70 digits, and both must have the BLAKE2b-256 that tables.b2 states.
"""
import hashlib
import subprocess
import sys
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, getcontext


def another_hash(sigma, shares):
    getcontext().prec = 70
    variance = Decimal(sigma * sigma) / Decimal(shares)
    root = (variance * 2 * 130 * Decimal(2).ln()).sqrt()
    tail = int(root.to_integral_value(ROUND_CEILING)) + 1
    reach = int((variance * 2 * 200).sqrt()) + 1  # e^-200 is far below 2^-128
    weights = [(-Decimal(k * k) / (2 * variance)).exp() for k in range(reach + 1)]
    total = weights[0] + 2 * sum(reversed(weights[1:]))
    below, data = sum(reversed(weights[tail + 1:])), b""
    for k in range(-tail, tail):
        below += weights[abs(k)]
        data += int((below * 2**128 / total).to_integral_value(ROUND_FLOOR)).to_bytes(16, "big")
    return hashlib.blake2b(data, digest_size=32).hexdigest()


def rows(root):
    with open(root + "/node/privacy/tables.b2", encoding="ascii") as file:
        stated = file.read().splitlines()
    made = subprocess.run([sys.executable, root + "/node/privacy/tables.py", "b2"], check=True,
                          stdout=subprocess.PIPE, text=True).stdout.splitlines()
    equal = sum(a == b for a, b in zip(stated, made))
    other = 0
    for line in stated:
        sigma, shares, _, digest = line.split()
        other += another_hash(int(sigma), int(shares)) == digest
    n = len(stated)
    return [
        ["S3", "PASS" if equal == n == len(made) and n else "FAIL", "%d of %d" % (equal, n), "all",
         "tables: the generator makes those that tables.b2 states"],
        ["S3", "PASS" if other == n and n else "FAIL", "%d of %d" % (other, n), "all",
         "tables: another computation gives the same bits"],
    ]


if __name__ == "__main__":
    found = rows(sys.argv[1])
    for row in found:
        print("\t".join(row))
    sys.exit(any(row[1] != "PASS" for row in found))
