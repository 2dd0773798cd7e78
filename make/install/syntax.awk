# After text.awk: reads what `scrawl --list-syntax` prints, for the scripts that make something of it in their END:
#   count, command[i], about[i]                 the commands, from 1, and a few words on each
#   operands[i], purpose[i]
#   options[i], option[i, j], argument[i, j], help[i, j]    their options; an argument of "" is a flag's
#   details[i], detail[i, j], examples[i], example[i, j]    lines of text
#   kinds, kind[i], words[kind[i]]              arguments of a name that may be words, "best|small", beside a file
BEGIN { FS = "\t" }
$1 == "command" { command[++count] = $2; about[count] = $3 }
$1 == "operands" { operands[count] = $2 }
$1 == "purpose" { purpose[count] = $2 }
$1 == "option" {
    options[count]++
    option[count, options[count]] = $2
    argument[count, options[count]] = $3
    help[count, options[count]] = $4
}
$1 == "detail" { detail[count, ++details[count]] = $2 }
$1 == "example" { example[count, ++examples[count]] = $2 }
$1 == "words" { kind[++kinds] = $2; words[$2] = $3 }

# The words that an argument may be, with spaces between; "" for none.
function words_of(name,    text) {
    text = name in words ? words[name] : name ~ /^[a-z0-9-]+([|][a-z0-9-]+)+$/ ? name : ""
    return replaced(text, "|", " ")
}

# Whether an argument is, or may be, the name of a file or folder.
function is_file(name) {
    return name ~ /^(FILE|DIR|MODEL|FINDER|PICTURE|PART|TABLE)/
}

# The ending that its file must have, with the dot: "FILE.png" has one; "" for any.
function ending_of(name) {
    return name ~ /^FILE[.]/ ? substr(name, 5) : ""
}

# The k-th operand's name, of "[MODEL]", "MODEL FILE" or "PICTURE...", whose last one repeats; "" past the last.
function operand(i, k,    names, n, name) {
    n = split(operands[i], names, " ")
    name = k <= n ? names[k] : n > 0 && names[n] ~ /[.][.][.]$/ ? names[n] : ""
    gsub(/[][]|[.][.][.]$/, "", name)
    return name
}

# All commands with a space before each.
function all_commands(    i, text) {
    for (i = 1; i <= count; i++) text = text " " command[i]
    return text
}
