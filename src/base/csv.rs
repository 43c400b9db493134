//! Comma-separated values that spreadsheets open without harm.

/// Adds one line of CSV after RFC 4180.
///
/// A cell that a spreadsheet would take for a formula, because it begins with `=`, `+`, `-`, `@`, a tab or a line end,
/// gets an apostrophe in front; numbers stay as they are.
pub fn csv_line<'c>(cells: impl IntoIterator<Item = &'c str>, out: &mut String) {
    for (at, cell) in cells.into_iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        let bytes = cell.as_bytes();
        let is_formula = matches!(bytes.first(), Some(b'=' | b'+' | b'-' | b'@' | b'\t' | b'\r' | b'\n'))
            && cell.parse::<f64>().is_err();
        let quoted = is_formula
            || bytes.iter().any(|byte| matches!(byte, b'"' | b',' | b'\n' | b'\r'))
            || bytes.first() == Some(&b' ')
            || bytes.last() == Some(&b' ');
        if !quoted {
            out.push_str(cell);
            continue;
        }
        out.push('"');
        if is_formula {
            out.push('\'');
        }
        // Each quote ends a stretch and begins the next one, so that it stands twice.
        let mut from = 0;
        for quote in memchr::memchr_iter(b'"', bytes) {
            out.push_str(&cell[from..=quote]);
            from = quote;
        }
        out.push_str(&cell[from..]);
        out.push('"');
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::csv_line;

    fn line(cells: &[&str]) -> String {
        let mut out = String::new();
        csv_line(cells.iter().copied(), &mut out);
        out
    }

    #[test]
    fn formulas_become_text_and_numbers_stay() {
        assert_eq!(line(&["=1+1", "@x", "-2.5", "a,b"]), "\"'=1+1\",\"'@x\",-2.5,\"a,b\"\r\n");
    }

    #[test]
    fn quotes_stand_twice() {
        let cells = ["\"", "\"\"", "a\"é\"", "\"b\"c"];
        assert_eq!(line(&cells), "\"\"\"\",\"\"\"\"\"\",\"a\"\"é\"\"\",\"\"\"b\"\"c\"\r\n");
    }
}
