#include "proto/base/version.h"

const char rikstal_version[] = RIKSTAL_VERSION;
