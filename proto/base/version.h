#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one version number, for --version, the frames, the log and `rikstal nodes`: 0.2.0-N-gHASH in
 * a program that was built from a git tree, else 0.2.0.
 *
 * Programs get it from version.c.in, which the build fills in. Test programs get it from version.c,
 * so that a new commit relinks the programs only and not every test.
 */
extern const char rikstal_version[];
