# Text in others' languages. gsub would do, but no two awks agree on backslashes in what it puts.

# A text with something else in place of each of its letters of one kind.
function replaced(text, letter, other,    at, done) {
    while ((at = index(text, letter)) > 0) {
        done = done substr(text, 1, at - 1) other
        text = substr(text, at + 1)
    }
    return done text
}

# As a shell takes it for one word.
function quoted(text) {
    return "'" replaced(text, "'", "'\\''") "'"
}

# As roff has it: no letter of it is an instruction.
function roff(text) {
    text = replaced(text, "\\", "\\e")
    text = replaced(text, "-", "\\-")
    text = replaced(text, "`", "\\(ga")
    text = replaced(text, "^", "\\(ha")
    text = replaced(text, "~", "\\(ti")
    return (text ~ /^[.']/ ? "\\&" : "") text
}
