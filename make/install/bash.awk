# The completion for bash, after syntax.awk: template, scrawl.bash.in, with what may stand at each place.
function print_case(pattern, name) {
    printf "        %s) words=%s files=%s ;;\n", pattern, quoted(words_of(name)), quoted(is_file(name) ? "*" ending_of(name) : "")
}

function print_command(i,    j, flags) {
    for (j = 1; j <= options[i]; j++) {
        flags = flags "--" option[i, j] " "
        if (argument[i, j] != "") print_case(quoted(command[i] " --" option[i, j]), argument[i, j])
    }
    printf "        '%s -') words='%s--help' ;;\n", command[i], flags
    if (operands[i] ~ /[.][.][.]$/)
        print_case(quoted(command[i] " ") "[1-9]*", operand(i, 1))
    else
        for (j = 1; operand(i, j) != ""; j++) print_case(quoted(command[i] " " j), operand(i, j))
}

function print_cases(    i) {
    printf "        '') words='%s help version --help --version' ;;\n", substr(all_commands(), 2)
    printf "        'help 1') words='%s' ;;\n", substr(all_commands(), 2)
    for (i = 1; i <= count; i++) print_command(i)
}

END {
    while ((getline line < template) > 0)
        if (line == "@CASES@") print_cases()
        else print line
}
