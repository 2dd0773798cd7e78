# scrawl(1), after syntax.awk: template, scrawl.1.in, with the commands and their options.

# Text whose words in backquotes are commands, in bold.
function prose(text,    parts, n, k, out) {
    n = split(text, parts, "`")
    for (k = 1; k <= n; k++) out = out (k % 2 ? roff(parts[k]) : "\\fB" roff(parts[k]) "\\fR")
    return out
}

# A line that begins with spaces stands as it is, its neighbours too.
function print_text(lines, i, n,    j, is_literal) {
    for (j = 1; j <= n; j++) {
        if (lines[i, j] ~ /^ /) {
            if (!is_literal) print ".PP\n.nf"
            print roff(lines[i, j])
        } else {
            if (is_literal) print ".fi"
            print ".PP\n" prose(lines[i, j])
        }
        is_literal = lines[i, j] ~ /^ /
    }
    if (is_literal) print ".fi"
}

function print_command(i,    j) {
    print ".SS " command[i]
    printf "\\fBscrawl %s\\fR [\\fIoptions\\fR]%s\n", command[i], (operands[i] == "" ? "" : " \\fI" roff(operands[i]) "\\fR")
    print ".PP\n" prose(purpose[i])
    for (j = 1; j <= options[i]; j++) {
        print ".TP"
        printf "\\fB\\-\\-%s\\fR%s\n", roff(option[i, j]), (argument[i, j] == "" ? "" : " \\fI" roff(argument[i, j]) "\\fR")
        print prose(help[i, j])
    }
    print_text(detail, i, details[i])
    print ".PP\nExample:"
    print_text(example, i, examples[i])
}

END {
    while ((getline line < template) > 0)
        if (line == "@COMMANDS@") for (i = 1; i <= count; i++) print_command(i)
        else {
            gsub(/@VERSION@/, version, line)
            gsub(/@DATE@/, date, line)
            print line
        }
}
