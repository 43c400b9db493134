//! The index of titles for the search box: a script, so that it also loads from a folder on disk.

use super::pages::Site;

/// One call with one template string: a line for each record with address, id, title and kind, tabs between.
/// Records stand in the order of the menu.
pub(super) fn titles(site: &Site<'_>) -> Vec<u8> {
    let mut out = String::from("gitsmIndex(`");
    let placed: Vec<usize> = site.areas.iter().flat_map(|area| area.kinds.clone()).collect();
    let rest = (0..site.shelves.len()).filter(|at| !placed.contains(at));
    let mut first = true;
    for shelf in placed.iter().copied().chain(rest).map(|at| &site.shelves[at]) {
        for ix in &shelf.records {
            let Some(address) = site.book.address(*ix) else { continue };
            let record = site.sms.record(*ix);
            if !first {
                out.push('\n');
            }
            first = false;
            out.push_str(address);
            for part in [record.id.as_str(), record.title(), &shelf.kind.names.singular] {
                out.push('\t');
                escape(part, &mut out);
            }
        }
    }
    out.push_str("`);\n");
    out.into_bytes()
}

/// Text inside a template string, at most 120 characters, on one line.
fn escape(text: &str, out: &mut String) {
    for character in text.trim().chars().take(120) {
        match character {
            '`' | '\\' | '$' => out.extend(['\\', character]),
            '\u{2028}' | '\u{2029}' => out.push(' '),
            _ if character.is_control() => out.push(' '),
            _ => out.push(character),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_leave_the_template_string() {
        let mut out = String::new();
        escape("a`b${c}\\d\te\nf", &mut out);
        assert_eq!(out, "a\\`b\\${c}\\\\d e f");
    }
}
