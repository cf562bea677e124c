# SPDX-License-Identifier: Apache-2.0
# bash completion of rikstal, rikstal-coordinator and rikstal-node: commands, verbs, options, the words that options take,
# and the question itself by its parser. Each program answers from its option tables.
# Installed as DATADIR/bash-completion/completions/PROGRAM; or: source coordinator/analyst/rikstal.bash

_rikstal() {
    local words=("${COMP_WORDS[@]:1:COMP_CWORD}") last
    # A question stands in quotes: the open one is no part of it. The words before are not looked at.
    last=${words[-1]}
    words[-1]=${last#[\'\"]}
    if [[ $last == [\'\"]* ]]; then
        compopt -o nospace 2>/dev/null
    fi
    mapfile -t COMPREPLY < <("${COMP_WORDS[0]}" __complete -- "${words[@]}" 2>/dev/null)
}

complete -o default -F _rikstal rikstal rikstal-coordinator rikstal-node
