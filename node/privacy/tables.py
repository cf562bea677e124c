#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Cumulative tables of the discrete Gaussian for node/privacy/noise_table.h.

Pr[X = k] is proportional to exp(-k^2 / (2 v)), v = sigma^2 / shares exactly; threshold k is
floor(2^128 Pr[X <= k]) for k = -K..K-1, K = ceil(sqrt(v) sqrt(2 130 ln 2)) + 1, in decimals of 90
digits (reference: privacy, section 4.1). `tables.py c` prints the C source, `tables.py b2` the
BLAKE2b-256 of each table, to compare with tables.b2.
"""
import hashlib
import sys
from decimal import ROUND_CEILING, Decimal, getcontext

DIGITS = 90
BITS = 128
SIGMAS = (5, 10, 20, 50, 200, 500)
SHARES = (1, *range(3, 17))


def table(sigma, shares):
    variance = Decimal(sigma * sigma) / Decimal(shares)
    tail = (variance * 2 * 130 * Decimal(2).ln()).sqrt().to_integral_value(ROUND_CEILING) + 1
    tail = int(tail)
    # exp(-k^2/2v) by two multiplications a step: w(k+1) = w(k) r(k), r(k+1) = r(k) q
    q = (-1 / variance).exp()
    weight, ratio = Decimal(1), (-1 / (2 * variance)).exp()
    weights = [weight]
    while weight > Decimal(10) ** -(DIGITS + 5):
        weight *= ratio
        ratio *= q
        weights.append(weight)
    total = weights[0] + 2 * sum(weights[1:])
    below = sum(weights[tail + 1:])  # Pr[X < -tail], times total
    thresholds = []
    for k in range(-tail, tail):
        below += weights[abs(k)]
        thresholds.append(int((below * 2**BITS / total).to_integral_value("ROUND_FLOOR")))
    return tail, thresholds


def blake(thresholds):
    data = b"".join(t.to_bytes(BITS // 8, "big") for t in thresholds)
    return hashlib.blake2b(data, digest_size=32).hexdigest()


def print_c(tables):
    print('/* Made by tables.py. */\n#include "node/privacy/noise_table.h"\n')
    for (sigma, shares), (_, thresholds) in tables.items():
        print(f"static const struct threshold s{sigma}_{shares}[] = {{")
        for t in thresholds:
            print(f"    {{0x{t >> 64:016x}, 0x{t & (2**64 - 1):016x}}},")
        print("};")
    print("const struct noise_table noise_tables[] = {")
    for (sigma, shares), (tail, thresholds) in tables.items():
        print(f"    {{{sigma}, {shares}, {tail}, {len(thresholds)}, s{sigma}_{shares}}},")
    print("};")
    print(f"const size_t noise_tables_count = {len(tables)};")


def main():
    getcontext().prec = DIGITS + 20
    tables = {(s, n): table(s, n) for s in SIGMAS for n in SHARES}
    if sys.argv[1:] == ["c"]:
        print_c(tables)
    elif sys.argv[1:] == ["b2"]:
        for (sigma, shares), (_, thresholds) in tables.items():
            print(sigma, shares, len(thresholds), blake(thresholds))
    else:
        sys.exit("usage: tables.py c|b2")


main()
