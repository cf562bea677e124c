#include "coordinator/command/command.h"

#include <stdio.h>

#include "proto/base/file.h"
#include "proto/trust/x509.h"

bool command_path(const char *dir, const char *name, char path[static PATH_MAX], struct err *err)
{
    int length = snprintf(path, PATH_MAX, "%s/%s", dir, name);

    return (length > 0 && length < PATH_MAX) ||
           err_set(err, ERR_INVALID, "the path %s is too long", dir);
}

bool command_text(const char *dir, const char *name, struct arena *arena, const char **text,
                  struct err *err)
{
    char path[PATH_MAX];
    uint8_t *data;
    size_t size;

    if (!command_path(dir, name, path, err) ||
        !file_read(path, X509_PEM_MAX, arena, &data, &size, err))
        return false;
    *text = (const char *)data;
    return true;
}

int command_failed(const char *command, const struct err *err)
{
    fprintf(stderr, "rikstal-coordinator %s: %s\n", command, err->text);
    return (int)err_exit_code(err);
}
