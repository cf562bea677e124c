/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/base/version.h"

const char rikstal_version[] = RIKSTAL_VERSION;
