#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a file says about one sample at one variant. The numbers are stored in files and never
 * change. Any thread.
 */
enum call_code {
    CALL_NONE = 0, /* ./. : not called here */
    CALL_HET = 1,
    CALL_HOM = 2,
    CALL_HEMI = 3,    /* a haploid call of ALT */
    CALL_CARRIER = 4, /* carries ALT, zygosity unknown (./1, an interpretation without state) */
};
#define CALL_CODES 5
