#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one version number, as it is told by --version, in the frames, in the log and by
 * `rikstal nodes`: 0.2.0-N-gHASH in a program that was built from a git tree, else 0.2.0.
 *
 * A program has it from version.c.in, which the build fills in; what is linked without that, a
 * test, has the one of version.c. So a commit links the programs anew, and not every test.
 */
extern const char rikstal_version[];
