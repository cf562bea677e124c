#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A desk's paths for asking, following, answers, receipts, history and saved questions. Each is a
 * desk_handler; any thread.
 */
#include "coordinator/desk/desk_inside.h"

#define TILL_WAIT_MOST_MS 20000
#define TILL_NAME_BYTES 100 /* of a saved question */

desk_handler till_ask, till_look, till_withdraw, till_history, till_answer, till_receipt;
desk_handler till_save, till_saved, till_saved_one, till_forget;
