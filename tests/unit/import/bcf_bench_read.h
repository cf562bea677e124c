#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/* Two files through the reader: the streams are the same, or both are refused with the same words.
 */

/* Takes both, at any position. */
void bcf_bench_read_alike(int one, int other);
