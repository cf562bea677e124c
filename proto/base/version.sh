#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Prints the one version number: 0.2.0-N-gHASH, where N counts the commits and HASH names the last
# one; from a tag v0.2.0 on, N counts from there. Without git (a tarball) it is 0.2.0.
#
# Usage: proto/base/version.sh BASE
base=$1
cd "$(dirname "$0")" || exit 1
GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0='*'
export GIT_CONFIG_COUNT GIT_CONFIG_KEY_0 GIT_CONFIG_VALUE_0
top=$(git rev-parse --show-cdup 2>/dev/null) && [ "$top" = ../../ ] || { echo "$base"; exit 0; }
since=$(git rev-parse -q --verify "v$base^{commit}") && range=$since..HEAD || range=HEAD
count=$(git rev-list --count "$range" 2>/dev/null) && hash=$(git rev-parse --short=8 HEAD) ||
    { echo "$base"; exit 0; }
[ "$count" = 0 ] && echo "$base" || echo "$base-$count-g$hash"
