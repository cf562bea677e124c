#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The build sets every local variable to zero first (-ftrivial-auto-var-init). A large one of a hot
 * loop, all of which that is read is written before, is left as it is:
 *
 *     UNZEROED uint32_t missed[SEGMENT_PERSONS_MAX];
 */
#if defined(__has_attribute)
#if __has_attribute(uninitialized)
#define UNZEROED __attribute__((uninitialized))
#endif
#endif
#ifndef UNZEROED
#define UNZEROED
#endif
