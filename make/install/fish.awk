# The completion for fish, after syntax.awk: a call of `complete` for each option and for operands.
function escaped(text) {
    return "'" replaced(replaced(text, "\\", "\\\\"), "'", "\\'") "'"
}

# How the values of an argument are completed; -r: there must be one, -x: and it is no file.
function action(name, required) {
    if (ending_of(name) != "") return (required ? "-x" : "") " -a '(__fish_complete_suffix " ending_of(name) ")'"
    return (!required ? is_file(name) ? "-F" : "" : is_file(name) ? "-r -F" : "-x") \
        (words_of(name) == "" ? "" : " -a '" words_of(name) "'")
}

function print_command(i,    j, prefix) {
    prefix = "complete -c scrawl -n '__fish_seen_subcommand_from " command[i] "'"
    for (j = 1; j <= options[i]; j++)
        print prefix " -l " option[i, j] " " (argument[i, j] == "" ? "" : action(argument[i, j], 1) " ") "-d " escaped(help[i, j])
    print prefix " -s h -l help -d 'print what it does'"
    for (j = 1; j <= 2; j++) {
        if (operand(i, j) == "" || operand(i, j) == operand(i, j - 1) || action(operand(i, j), 0) == "") continue
        print prefix " " action(operand(i, j), 0)
    }
}

END {
    print "# Completion of scrawl's arguments in fish, made of its own tables of options."
    print "complete -c scrawl -f"
    first = "complete -c scrawl -n __fish_use_subcommand "
    for (i = 1; i <= count; i++) print first "-a " command[i] " -d " escaped(about[i])
    print first "-a help -d 'explain a command'"
    print first "-s h -l help -d 'print the commands'"
    print first "-s V -l version -d 'print the version'"
    print "complete -c scrawl -n '__fish_seen_subcommand_from help' -a '" substr(all_commands(), 2) "'"
    for (i = 1; i <= count; i++) print_command(i)
}
