#include "coordinator/command/command.h"

#include <stdio.h>

bool command_path(const char *dir, const char *name, char path[static PATH_MAX], struct err *err)
{
    int length = snprintf(path, PATH_MAX, "%s/%s", dir, name);

    return (length > 0 && length < PATH_MAX) ||
           err_set(err, ERR_INVALID, "the path %s is too long", dir);
}

int command_failed(const char *command, const struct err *err)
{
    fprintf(stderr, "rikstal-coordinator %s: %s\n", command, err->text);
    return (int)err_exit_code(err);
}
