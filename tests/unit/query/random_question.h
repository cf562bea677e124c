#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random questions as text, in spellings that are not canonical, from the seeded randomness of
 * proto/base/random. Every one of them is valid and names variant tests inside variant( ) only.
 */
struct bytes;

void random_question(struct bytes *out);
/* About events in time. */
void random_events(struct bytes *out);
