# The completion for zsh, after syntax.awk: a specification for _arguments from each option and operand.
function described(text) {
    text = replaced(text, "\\", "\\\\")
    text = replaced(text, ":", "\\:")
    text = replaced(text, "[", "\\[")
    return replaced(text, "]", "\\]")
}

# How the values of an argument are completed.
function action(name) {
    if (name in words && is_file(name)) return "_scrawl_" tolower(name)
    if (words_of(name) != "") return "(" words_of(name) ")"
    if (is_file(name)) return ending_of(name) == "" ? "_files" : "_files -g \"*" ending_of(name) "\""
    return " "
}

function print_command(i,    j, name) {
    printf "                %s)\n                    _arguments '--help[print what it does]'", command[i]
    for (j = 1; j <= options[i]; j++) {
        name = argument[i, j]
        printf " \\\n                        %s", quoted("--" option[i, j] (name == "" ? "" : "=") "[" described(help[i, j]) "]" \
            (name == "" ? "" : ":" described(name) ":" action(name)))
    }
    for (j = 1; (name = operand(i, j)) != ""; j++) {
        printf " \\\n                        %s", quoted((operands[i] ~ /[.][.][.]$/ ? "*" : j) ":" name ":" action(name))
        if (operands[i] ~ /[.][.][.]$/) break
    }
    print "\n                    ;;"
}

END {
    print "#compdef scrawl"
    print "# Completion of scrawl's arguments in zsh, made of its own tables of options.\n"
    for (i = 1; i <= kinds; i++)
        if (is_file(kind[i]))
            printf "_scrawl_%s() {\n    _alternative 'words:name:(%s)' 'files:file:_files'\n}\n\n", tolower(kind[i]), words_of(kind[i])
    print "_scrawl() {"
    print "    local curcontext=\"$curcontext\" state line"
    print "    local -a commands"
    print "    _arguments -C '(- *)'{-h,--help}'[print the commands]' '(- *)'{-V,--version}'[print the version]' \\"
    print "        '1:command:->command' '*::argument:->argument'"
    print "    case $state in"
    print "        command)"
    printf "            commands=("
    for (i = 1; i <= count; i++) printf "%s\n                ", quoted(command[i] ":" described(about[i]))
    print "'help:explain a command' 'version:print the version')"
    print "            _describe command commands"
    print "            ;;"
    print "        argument)"
    print "            case $words[1] in"
    for (i = 1; i <= count; i++) print_command(i)
    printf "                help) _arguments '1:command:(%s)' ;;\n", substr(all_commands(), 2)
    print "            esac\n            ;;\n    esac\n}\n"
    print "_scrawl \"$@\""
}
