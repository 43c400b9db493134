//! Damage as it happens to files: bytes flipped, parts cut or doubled, lines moved, odd characters put in.

use crate::chain::Dice;

/// What may come into a file by accident.
const ODD: [&str; 24] = [
    "\u{0}",
    "\t",
    "\r",
    "\n",
    "\u{feff}",
    "\u{85}",
    "\u{202e}",
    "\u{1F600}",
    "\"",
    "'",
    "[",
    "]",
    "{",
    "}",
    "&a ",
    "*a",
    "!x ",
    "<<: ",
    "---\n",
    "...\n",
    ": ",
    "- ",
    "#",
    "%",
];

/// Values that are right for YAML and wrong for a record.
const VALUES: [&str; 14] = [
    "null",
    "true",
    "-1",
    "0",
    "99999999999999999",
    "[]",
    "{}",
    "''",
    "[[]]",
    "{a: {b: c}}",
    "9999-12-31",
    "0001-01-01",
    "18446744073709551615%",
    "99999999999d",
];

/// Damages `text` in one of several ways, one to three times.
pub(super) fn damage(text: &mut String, dice: &mut Dice) {
    for _ in 0..=dice.below(3) {
        let at = boundary(text, dice.below(text.len() + 1));
        match dice.below(9) {
            0 => text.truncate(at),
            1 => text.insert_str(at, ODD[dice.below(ODD.len())]),
            2 => flip(text, at, dice),
            3 => {
                let end = boundary(text, (at + 1 + dice.below(40)).min(text.len()));
                text.replace_range(at..end.max(at), "");
            }
            4 => {
                let end = boundary(text, (at + dice.below(200)).min(text.len()));
                let part = text[at..end.max(at)].to_owned();
                text.insert_str(at, &part);
            }
            5 | 6 => {
                let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
                let line = dice.below(lines.len());
                if let Some(copy) = lines.get(line).cloned() {
                    lines.insert(dice.below(lines.len()), copy);
                }
                *text = lines.join("\n") + "\n";
            }
            7 => *text = text.replace('\n', "\r\n"),
            _ => replace_value(text, dice),
        }
    }
}

fn boundary(text: &str, at: usize) -> usize {
    (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

/// Flips a bit of an ASCII character.
fn flip(text: &mut String, at: usize, dice: &mut Dice) {
    let Some(character) = text[at..].chars().next().filter(char::is_ascii) else { return };
    let flipped = u8::try_from(u32::from(character)).unwrap_or(b'?') ^ (1 << dice.below(7));
    text.replace_range(at..=at, &char::from(flipped).to_string());
}

/// Puts another value behind a key.
fn replace_value(text: &mut String, dice: &mut Dice) {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let number = dice.below(lines.len());
    if let Some(line) = lines.get_mut(number)
        && let Some(colon) = line.find(": ")
    {
        line.truncate(colon + 2);
        line.push_str(VALUES[dice.below(VALUES.len())]);
    }
    *text = lines.join("\n") + "\n";
}
