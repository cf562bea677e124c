#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Samples of the discrete Gaussian that others have drawn: the numbers that libprio-rs publishes as
 * test vectors (github.com/divviup/libprio-rs, tests/test_vectors/discrete_gauss_3.json, _9.json
 * and _100.json at 50a1ae336b4e9a828d78d00740738c3fe05746ea), made by the reference implementation
 * of Canonne, Kamath and Steinke. Constants; any thread.
 */
#include <stddef.h>
#include <stdint.h>

#define LIBPRIO_SAMPLES 49
#define LIBPRIO_SIGMAS 3

struct libprio {
    uint32_t sigma;
    int16_t sample[LIBPRIO_SAMPLES];
};

extern const struct libprio libprio[LIBPRIO_SIGMAS];
