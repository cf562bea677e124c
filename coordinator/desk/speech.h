#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a desk says of a question before it is asked, without any region: text to tree and back,
 * what can stand at a place, the question in words, the language. desk_handler functions; any
 * thread.
 */
#include "coordinator/desk/desk_inside.h"

desk_handler speech_parse, speech_print, speech_complete, speech_explain, speech_language;
