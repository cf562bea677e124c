# bash completion of the analyst's command: commands, options, and the question itself by its parser.
# Installed as DATADIR/bash-completion/completions/rikstal; or: source coordinator/analyst/rikstal.bash

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

complete -o default -F _rikstal rikstal
