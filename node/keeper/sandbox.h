#pragma once
/*
 * What the keeper gives up once its files are open: sockets, connections, new programs and
 * processes, tracing, and core dumps. A call that is given up fails with EPERM, so that a library's
 * attempt is an error that is logged and not a crash; there is no way back. Linux, libseccomp. One
 * thread.
 */
#include "proto/base/err.h"

/* First thing in the process: no core dumps, not dumpable. (Keys and cells are locked by
 * libsodium.) */
bool sandbox_prepare(struct err *err) MUST_CHECK;
/* After the last file that needs it: for the rest of the process's life. */
bool sandbox_enter(struct err *err) MUST_CHECK;
