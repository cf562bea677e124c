#compdef rikstal rikstal-coordinator rikstal-node
# SPDX-License-Identifier: Apache-2.0
# zsh completion, by the option tables of the programs, as in rikstal.bash. Installed as DATADIR/zsh/site-functions/_rikstal

_rikstal() {
    local -a found
    # (Q) takes the quotes off a question; an open one is no part of it.
    found=(${(f)"$("${words[1]}" __complete -- "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)"})
    if (( $#found == 0 )); then
        _files
    elif [[ -n $compstate[quote] ]]; then
        compadd -U -S '' -- $found
    else
        compadd -- $found
    fi
}

_rikstal "$@"
