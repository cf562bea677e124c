#pragma once
/*
 * The roster as it is now: read from its file, verified with the root keys, replaced when the file
 * holds a newer version.
 *
 * A reader holds it between book_read() and book_done(), and the roster it got is valid for so
 * long; a reload waits for the readers. An older or wrong file changes nothing. Any thread.
 */
#include <stdint.h>

#include "proto/base/err.h"

struct book;
struct roster;

/* dir holds "roots" and "roster". network NULL: whatever the roster says. */
bool book_open(const char *dir, const char *network, struct book **out, struct err *err) MUST_CHECK;
void book_close(struct book *book); /* accepts NULL */

const struct roster *book_read(struct book *book);
void book_done(struct book *book);

/* Read the file again; *newer says whether there is another roster now. */
bool book_reload(struct book *book, bool *newer, struct err *err) MUST_CHECK;
